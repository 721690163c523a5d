import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeOwnerRequest, partitionOf, type OwnerAnswer, type OwnerRequest } from '#contracts';
import type { Query } from '#domain';
import { freshId, newId } from '#security';
import { startPrivateNats, type PrivateServer } from '#testing';
import { connectBus, OwnerClient, OwnerResponder, type BusConnection, type OwnerCall } from './index.js';

let server: PrivateServer;
let callers: BusConnection;
let owners: BusConnection;
let client: OwnerClient;
const responders: OwnerResponder[] = [];

const org = newId('org');
const partition = partitionOf(org);

beforeAll(async () => {
  server = await startPrivateNats();
  callers = await connectBus({ url: server.url, name: 'callers' });
  owners = await connectBus({ url: server.url, name: 'owners' });
  client = new OwnerClient(callers, { default_deadline_ms: 3_000, attempt_timeout_ms: 400 });
});

afterEach(async () => {
  for (const responder of responders.splice(0)) responder.close();
  await owners.flush();
});

afterAll(async () => {
  client.close();
  await callers.close();
  await owners.close();
  await server.stop();
});

function query(deadline_in_ms?: number): Query {
  return {
    type: 'query.agent',
    org,
    agent: newId('agt'),
    fresh_id: freshId(),
    credential: { subject: 'owner', proven_by: 'owner' },
    ...(deadline_in_ms === undefined ? {} : { deadline: Date.now() + deadline_in_ms }),
  };
}

/** Answers each command with itself. */
const echo = (request: OwnerRequest): OwnerAnswer[] =>
  request.commands.map((command) => ({ kind: 'credential', credential: { subject: command.fresh_id, kind: 'key' } }));

async function own(
  epoch: number,
  answer: (request: OwnerRequest, call: OwnerCall) => OwnerAnswer[] | undefined = echo,
): Promise<OwnerResponder> {
  const responder = new OwnerResponder(owners, (calls) => {
    for (const call of calls) {
      const answers = answer(decodeOwnerRequest(call.text()), call);
      if (answers) call.respond(JSON.stringify({ answers }));
    }
  });
  responders.push(responder);
  responder.own(partition, epoch);
  await owners.flush();
  return responder;
}

const echoed = (command: Query) => ({ kind: 'credential', credential: { subject: command.fresh_id, kind: 'key' } });

describe('a caller of owners', () => {
  it('gives each of many concurrent commands its own answer, in few messages', async () => {
    let messages = 0;
    await own(1, (request) => {
      messages++;
      return echo(request);
    });
    const commands = Array.from({ length: 2_000 }, () => query());
    const answers = await Promise.all(commands.map((command) => client.send(org, command)));
    expect(answers).toEqual(commands.map(echoed));
    expect(messages).toBeLessThan(60);
  });

  it('H4: sends commands that together are too long for a message in several', async () => {
    const lengths: number[] = [];
    await own(1, (request, call) => {
      lengths.push(Buffer.byteLength(call.text()));
      return echo(request);
    });
    const beside = { kind: 'answer' as const, answer: '字'.repeat(65_536) };
    const commands = Array.from({ length: 12 }, () => ({ ...query(), beside }));
    const answers = await Promise.all(commands.map((command) => client.send(org, command)));
    expect(answers).toEqual(commands.map(echoed));
    expect(Math.max(...lengths)).toBeLessThan(1_048_576);
    expect(Math.max(...lengths)).toBeGreaterThan(500_000);
  });

  it('keeps amounts exact', async () => {
    let amount: unknown;
    await own(1, (request) => {
      amount = (request.commands[0] as { amount?: bigint }).amount;
      return echo(request);
    });
    await client.send(org, { ...query(), type: 'topup', amount: 9_007_199_254_740_993n } as never);
    expect(amount).toBe(9_007_199_254_740_993n);
  });

  it('follows a partition to its next owner without its caller noticing', async () => {
    const first = await own(1);
    expect((await client.send(org, query())).kind).toBe('credential');
    first.release(partition);
    const command = query();
    const asked = client.send(org, command);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await own(2);
    expect(await asked).toEqual(echoed(command));
  });

  it('sends the same command again when the owner says that it is none', async () => {
    const asked: string[] = [];
    await own(5, (request) => {
      asked.push(...request.commands.map((command) => command.fresh_id));
      if (asked.length < 3) return request.commands.map(() => ({ kind: 'unavailable', code: 'not_owner' }));
      return echo(request);
    });
    const command = query();
    expect(await client.send(org, command)).toEqual(echoed(command));
    expect(new Set(asked)).toEqual(new Set([command.fresh_id]));
  });

  it('C1: says that a key is fresh when it sends the command first, and never again', async () => {
    const said: unknown[] = [];
    await own(6, (request, call) => {
      const [command] = request.commands;
      if (command!.key === undefined) return echo(request);
      said.push([command!.fresh_id, command!.key, command!.fresh_key]);
      if (said.length === 1) return request.commands.map(() => ({ kind: 'unavailable', code: 'not_owner' }));
      if (said.length === 2) return undefined;
      expect(call.text()).not.toContain('fresh_key');
      return echo(request);
    });
    // The owner is known by now.
    await client.send(org, query());
    const command = { ...query(), key: 'edge-1', fingerprint: 'f', fresh_key: true as const };
    expect(await client.send(org, command)).toEqual(echoed(command));
    const { fresh_id } = command;
    expect(said).toEqual([
      [fresh_id, 'edge-1', true],
      [fresh_id, 'edge-1', undefined],
      [fresh_id, 'edge-1', undefined],
    ]);
  });

  it('A7: says within the deadline that the book cannot be reached, where nobody owns it', async () => {
    const started = Date.now();
    expect(await client.send(org, query(300))).toEqual({ kind: 'unavailable', code: 'book_unavailable' });
    expect(Date.now() - started).toBeLessThan(600);
  });

  it('C3: says that the outcome is unknown where the owner took the command and never answered', async () => {
    await own(7, () => undefined);
    expect(await client.send(org, query(700))).toEqual({ kind: 'unavailable', code: 'outcome_unknown' });
  });

  it('hands refusals for the rate, and every other answer, to its caller at once', async () => {
    let asked = 0;
    await own(8, (request) => {
      asked++;
      return request.commands.map(() => ({ kind: 'unavailable', code: 'rate_limited', retry_after_ms: 12 }));
    });
    expect(await client.send(org, query())).toEqual({ kind: 'unavailable', code: 'rate_limited', retry_after_ms: 12 });
    expect(asked).toBe(1);
  });

  it('tells the owner the deadline, so that nothing is decided for a caller who has gone', async () => {
    let deadline: number | undefined;
    await own(9, (request) => {
      deadline = request.commands[0]?.deadline;
      return echo(request);
    });
    await client.send(org, query());
    expect(deadline).toBeGreaterThan(Date.now());
    expect(deadline).toBeLessThanOrEqual(Date.now() + 3_000);
  });

  it('lives through a restart of the server', async () => {
    await own(11);
    await client.send(org, query());
    await server.kill();
    const command = query(10_000);
    const asked = client.send(org, command);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await server.restart();
    expect(await asked).toEqual(echoed(command));
  });
});
