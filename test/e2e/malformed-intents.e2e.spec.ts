import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import { browseDeadLetters, type DeadLetter } from '#bus';
import type { BursarClient } from '#client';
import { HEADERS, subjects } from '#contracts';
import { EndToEnd } from '../support/end-to-end.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

interface Answer {
  idempotency_key?: string;
  status: string;
  decline?: { code: string; problems?: { field: string; message: string }[] };
}

/** An agent that speaks NATS by itself, without our client: it can write whatever it likes. */
interface Speaker {
  org: string;
  agent_id: string;
  client: BursarClient;
  connection: NatsConnection;
  answers: string;
  /** Undefined where no answer came in a second. */
  ask: (body: string | Uint8Array) => Promise<Answer | undefined>;
  /** Fire and forget. */
  say: (body: string | Uint8Array, reply_to?: string) => Promise<void>;
}

const open: NatsConnection[] = [];
afterAll(() => Promise.all(open.map((connection) => connection.close())));

async function speaker(): Promise<Speaker> {
  const { org, client } = await world.organizations.open();
  const agent = await client.agents.create({ handle: 'worker' });
  const answers = subjects.answersOf(org, agent.agent_id);
  const connection = await connect({
    servers: world.instance.natsUrl,
    token: agent.token!,
    inboxPrefix: `${answers}.inbox`,
    noAsyncTraces: true,
  });
  open.push(connection);
  let asked = 0;
  const subject = subjects.intent(org, agent.agent_id, agent.agent_id);
  const say = async (body: string | Uint8Array, reply_to?: string) => {
    const fields = headers();
    if (reply_to !== undefined) fields.set(HEADERS.reply_to, reply_to);
    connection.publish(subject, body, { headers: fields });
    await connection.flush();
  };
  return {
    ...{ org, client, connection, answers, say, agent_id: agent.agent_id },
    ask: async (body) => {
      const reply_to = `${answers}.${(asked += 1)}`;
      const subscription = connection.subscribe(reply_to, { max: 1, timeout: 10_000 });
      await say(body, reply_to);
      for await (const message of subscription) return message.json<Answer>();
      return undefined;
    },
  };
}

const right = { service: 'search', amount: '0.01', capture: true };

async function deadLettersOf(org: string, atLeast: number): Promise<DeadLetter[]> {
  for (let attempt = 0; ; attempt += 1) {
    const all: DeadLetter[] = [];
    for (let after = 0; ;) {
      const some = await browseDeadLetters(world.organizations.connection, { after, limit: 200 });
      if (some.length === 0) break;
      all.push(...some);
      after = some.at(-1)!.sequence;
    }
    const own = all.filter(({ subject }) => subject.includes(org));
    if (own.length >= atLeast || attempt > 50) return own;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('A malformed intent on the bus', () => {
  it.each<[string, string | Uint8Array, string, string]>([
    ['that is no JSON', '{"service":', 'unparseable_body', 'body'],
    ['that is empty', '', 'unparseable_body', 'body'],
    ['with NaN', '{"service":"s","amount":NaN,"idempotency_key":"k"}', 'unparseable_body', 'body'],
    ['that is a list', '[]', 'body_invalid', 'body'],
    ['without a key', JSON.stringify(right), 'body_invalid', 'idempotency_key'],
    [
      'with a negative amount',
      JSON.stringify({ ...right, amount: '-1', idempotency_key: 'k' }),
      'body_invalid',
      'amount',
    ],
    [
      'with seven decimals',
      JSON.stringify({ ...right, amount: '0.0000001', idempotency_key: 'k' }),
      'body_invalid',
      'amount',
    ],
    [
      'with an exponent in a string',
      JSON.stringify({ ...right, amount: '1e-3', idempotency_key: 'k' }),
      'body_invalid',
      'amount',
    ],
    [
      'with more than 2^53',
      '{"service":"s","amount":9007199254.740993,"idempotency_key":"k"}',
      'body_invalid',
      'amount',
    ],
    ['with NUL', '{"service":"s","amount":1,"idempotency_key":"k","label":"a\\u0000"}', 'body_invalid', 'label'],
    [
      'with a lone surrogate',
      '{"service":"s","amount":1,"idempotency_key":"k","label":"\\ud800"}',
      'body_invalid',
      'label',
    ],
    [
      'with an unknown field',
      JSON.stringify({ ...right, idempotency_key: 'k', surprise: 1 }),
      'body_invalid',
      'surprise',
    ],
    [
      'with bytes that are not UTF-8',
      Buffer.concat([
        Buffer.from('{"service":"s","amount":1,"idempotency_key":"k","label":"'),
        Buffer.from([0xff]),
        Buffer.from('"}'),
      ]),
      'unparseable_body',
      'body',
    ],
    [
      "with another's agent id",
      JSON.stringify({ ...right, agent_id: 'somebody', idempotency_key: 'k' }),
      'body_invalid',
      'agent_id',
    ],
  ])('A12: %s is answered with a decline that names the field, and changes nothing', async (_, body, code, field) => {
    const { ask, client } = await speaker();
    const before = (await client.events.page()).position;
    const answer = await ask(body);
    expect(answer).toMatchObject({ status: 'declined', decline: { code } });
    expect(answer!.decline!.problems!.map((problem) => problem.field)).toContain(field);
    expect((await client.events.page()).position).toBe(before);
  });

  it('D3: never blocks those behind it', async () => {
    const { ask, say, client, agent_id } = await speaker();
    const told = Array.from({ length: 60 }, (_, index) =>
      index % 3 === 0
        ? say('{')
        : index % 3 === 1
          ? say('not even braces', 'foreign.subject')
          : ask(JSON.stringify({ ...right, idempotency_key: `behind-${index}` })),
    );
    const answers = (await Promise.all(told)).filter((answer) => answer !== undefined);
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 'captured'));
    expect(await client.agents.spend(agent_id)).toMatchObject({ spent_usd_exact: '0.2' });
  });

  it('that cannot be answered lies among the dead letters with the reason', async () => {
    const { say, org } = await speaker();
    await say('{"service":', undefined);
    await say(JSON.stringify({ ...right, amount: '-1', idempotency_key: 'k' }));
    const [unparseable, invalid] = await deadLettersOf(org, 2);
    expect(unparseable).toMatchObject({ stream: 'INTENTS', reason: expect.stringContaining('is not JSON') });
    expect(Buffer.from(unparseable!.data).toString()).toBe('{"service":');
    expect(invalid!.reason).toContain('amount must not be negative');
  });

  it('F7: with a reply subject outside of its own answers is a dead letter: it is neither decided nor answered there', async () => {
    const [victim, attacker] = [await speaker(), await speaker()];
    const heard: string[] = [];
    const listening = victim.connection.subscribe(`${victim.answers}.>`, {
      callback: (_, message) => void heard.push(message.string()),
    });
    await victim.connection.flush();
    const foreign = [
      `${victim.answers}.1`,
      'feed.everybody',
      '$JS.API.STREAM.PURGE.INTENTS',
      attacker.answers,
      `${attacker.answers}.*`,
    ];
    for (const [index, reply_to] of foreign.entries())
      await attacker.say(JSON.stringify({ ...right, idempotency_key: `foreign-${index}` }), reply_to);
    const letters = await deadLettersOf(attacker.org, foreign.length);
    expect(letters.map(({ reason }) => reason)).toEqual(
      foreign.map((subject) => `${subject} is not below the answers of its publisher`),
    );
    expect(heard).toEqual([]);
    listening.unsubscribe();
    expect(await attacker.client.agents.spend(attacker.agent_id)).toMatchObject({ spent_usd: 0 });
    expect(await attacker.ask(JSON.stringify({ ...right, idempotency_key: 'proper' }))).toMatchObject({
      status: 'captured',
    });
  });

  it('F7: for another agent or org is stopped by the server itself', async () => {
    const [victim, attacker] = [await speaker(), await speaker()];
    const refused: string[] = [];
    void (async () => {
      for await (const status of attacker.connection.status())
        if (status.type === 'error') refused.push(status.error.message);
    })();
    const body = JSON.stringify({ ...right, idempotency_key: 'stolen' });
    attacker.connection.publish(subjects.intent(victim.org, victim.agent_id, victim.agent_id), body);
    attacker.connection.publish(`intents.1.${victim.org}.${victim.agent_id}`, body);
    attacker.connection.publish(`cmd.1.1`, body);
    attacker.connection.subscribe(subjects.feedOfOrg(victim.org));
    attacker.connection.subscribe(`${victim.answers}.>`);
    attacker.connection.subscribe('>');
    await attacker.connection.flush();
    await new Promise((resolve) => setTimeout(resolve, 200));
    expect(refused).toHaveLength(6);
    for (const message of refused) expect(message).toMatch(/permissions violation/i);
    expect(await victim.client.agents.spend(victim.agent_id)).toMatchObject({ spent_usd: 0 });
  });
});
