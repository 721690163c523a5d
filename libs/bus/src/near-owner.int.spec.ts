import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { decodeOwnerRequest, partitionOf, type OwnerAnswer } from '#contracts';
import { freshId, newId } from '#security';
import { startPrivateNats, type PrivateServer } from '#testing';
import { connectBus, OwnerClient, OwnerResponder, type BusConnection, type NearOwner } from './index.js';
import type { OwnerCommand } from './owner-request.js';

let server: PrivateServer;
let connection: BusConnection;
let responder: OwnerResponder;
const clients: OwnerClient[] = [];
/** What the owner that is reached over the bus was asked. */
let overBus: OwnerCommand[] = [];

const org = newId('org');
const partition = partitionOf(org);

const answerOf = (command: OwnerCommand): OwnerAnswer => ({
  kind: 'credential',
  credential: { subject: command.fresh_id, kind: 'key' },
});

beforeAll(async () => {
  server = await startPrivateNats();
  connection = await connectBus({ url: server.url, name: 'near owner test' });
  responder = new OwnerResponder(connection, (calls) => {
    for (const call of calls) {
      const { commands } = decodeOwnerRequest(call.text());
      overBus.push(...commands);
      call.respond(JSON.stringify({ answers: commands.map(answerOf) }));
    }
  });
  responder.own(partition, 1);
});

afterEach(() => {
  for (const client of clients.splice(0)) client.close();
  overBus = [];
});

afterAll(async () => {
  responder.close();
  await connection.close();
  await server.stop();
});

/** A client beside an owner, and what that was asked. */
function beside(near: Partial<NearOwner>): { client: OwnerClient; asked: OwnerCommand[] } {
  const asked: OwnerCommand[] = [];
  const client = new OwnerClient(connection, {
    default_deadline_ms: 3_000,
    near: {
      owns: near.owns ?? ((one) => one === partition),
      take: (of, command, answer) => {
        asked.push(command);
        if (near.take) near.take(of, command, answer);
        else answer(answerOf(command));
      },
    },
  });
  clients.push(client);
  return { client, asked };
}

const command = (more: Record<string, unknown> = {}): OwnerCommand => ({
  type: 'query.agent',
  org,
  agent: newId('agt'),
  fresh_id: freshId(),
  credential: { subject: 'owner', proven_by: 'owner' },
  ...more,
});

/** An org of a partition that nobody on the bus owns. */
function orgElsewhere(): string {
  for (;;) {
    const other = newId('org');
    if (partitionOf(other) !== partition) return other;
  }
}

describe('A caller with an owner in its own process', () => {
  it('asks that owner and not the bus about what it owns, and tells it the deadline', async () => {
    const { client, asked } = beside({});
    const sent = command();
    expect(await client.send(org, sent)).toEqual(answerOf(sent));
    expect(overBus).toEqual([]);
    expect(asked).toHaveLength(1);
    expect(asked[0]!.deadline! - Date.now()).toBeGreaterThan(2_000);
  });

  it('asks over the bus about what another owns', async () => {
    const { client, asked } = beside({ owns: (one) => one !== partition });
    const sent = command();
    expect(await client.send(org, sent)).toEqual(answerOf(sent));
    expect(asked).toEqual([]);
    expect(overBus).toMatchObject([{ fresh_id: sent.fresh_id }]);
  });

  it.each(['not_owner', 'book_unavailable'] as const)(
    'C1: given that it answers %s, then the bus is asked, and is not told that the key is fresh',
    async (code) => {
      const { client, asked } = beside({ take: (_, __, answer) => answer({ kind: 'unavailable', code }) });
      const sent = command({ key: 'edge-1', fingerprint: 'f', fresh_key: true });
      expect(await client.send(org, sent)).toEqual(answerOf(sent));
      expect(asked).toMatchObject([{ key: 'edge-1', fresh_key: true }]);
      expect(overBus).toHaveLength(1);
      expect(overBus[0]).toMatchObject({ fresh_id: sent.fresh_id, key: 'edge-1' });
      expect(overBus[0]).not.toHaveProperty('fresh_key');
    },
  );

  it('C1: given that nobody was asked before, then the bus is told that the key is fresh', async () => {
    const { client } = beside({ owns: () => false });
    await client.send(org, command({ key: 'edge-2', fingerprint: 'f', fresh_key: true }));
    expect(overBus).toMatchObject([{ key: 'edge-2', fresh_key: true }]);
  });

  it('C3: says that the outcome is unknown where that owner took the command and never answered', async () => {
    const { client } = beside({ take: () => undefined });
    const sent = command({ deadline: Date.now() + 300 });
    expect(await client.send(org, sent)).toEqual({ kind: 'unavailable', code: 'outcome_unknown' });
    expect(overBus).toEqual([]);
  });

  it('A7: says that the book cannot be reached where that owner decided nothing until the deadline, nor anybody else', async () => {
    const foreign = orgElsewhere();
    const { client, asked } = beside({
      owns: () => true,
      take: (_, __, answer) => answer({ kind: 'unavailable', code: 'not_owner' }),
    });
    const answer = await client.send(foreign, command({ org: foreign, deadline: Date.now() + 400 }));
    expect(answer).toEqual({ kind: 'unavailable', code: 'book_unavailable' });
    expect(asked).toHaveLength(1);
  });

  it('hands on answers that are not to be asked again, such as refusals for the rate', async () => {
    const limited: OwnerAnswer = { kind: 'unavailable', code: 'rate_limited', retry_after_ms: 12 };
    const { client, asked } = beside({ take: (_, __, answer) => answer(limited) });
    expect(await client.send(org, command())).toEqual(limited);
    expect(asked).toHaveLength(1);
    expect(overBus).toEqual([]);
  });

  it('A12: gives and gets copies, as if they had travelled', async () => {
    const kept = { kind: 'refused', refusal: { code: 'x', scope: { kind: 'key', id: 'a' }, more: undefined } };
    const { client, asked } = beside({ take: (_, __, answer) => answer(kept as unknown as OwnerAnswer) });
    const sent = command({ labels: { team: 'a' }, agent: undefined, amount: 9_007_199_254_740_993n });
    const got = await client.send(org, sent);
    expect(got).toStrictEqual({ kind: 'refused', refusal: { code: 'x', scope: { kind: 'key', id: 'a' } } });
    expect((got as { refusal: unknown }).refusal).not.toBe(kept.refusal);
    expect(asked[0]).toMatchObject({ labels: { team: 'a' }, amount: 9_007_199_254_740_993n });
    expect(asked[0]).not.toHaveProperty('agent');
    expect((asked[0] as unknown as { labels: unknown }).labels).not.toBe(
      (sent as unknown as { labels: unknown }).labels,
    );
  });

  it('given a thousand at once whose owner is lost meanwhile, then each has its own answer', async () => {
    let left = 500;
    const { client, asked } = beside({
      owns: () => true,
      take: (_, taken, answer) => {
        left -= 1;
        if (left > 0) setImmediate(() => answer(answerOf(taken)));
        else setImmediate(() => answer({ kind: 'unavailable', code: 'not_owner' }));
      },
    });
    const sent = Array.from({ length: 1_000 }, () => command());
    const answers = await Promise.all(sent.map((one) => client.send(org, one)));
    expect(answers).toEqual(sent.map(answerOf));
    expect(asked).toHaveLength(1_000);
    expect(overBus).toHaveLength(501);
  });
});
