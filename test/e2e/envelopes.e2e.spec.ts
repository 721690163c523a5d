import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { connect, headers, type NatsConnection } from '@nats-io/transport-node';
import type { BursarBus, EnvelopeAnswer } from '#client';
import { HEADERS, subjects } from '#contracts';
import { EndToEnd } from '../support/end-to-end.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

const open: { close(): Promise<void> }[] = [];
afterAll(() => Promise.all(open.map((connection) => connection.close())));

async function twoAgents() {
  const { org, client, token } = await world.organizations.open();
  const payer = await client.agents.create({ handle: 'payer' });
  const payee = await client.agents.create({ handle: 'payee' });
  const busOf = (own: string): Promise<BursarBus> => world.bus(own, { answer_timeout_ms: 60_000 });
  return { org, client, token, payer, payee, payerBus: await busOf(payer.token!), payeeBus: await busOf(payee.token!) };
}

const requirements = {
  scheme: 'exact',
  network: 'ledger:main',
  amount: '50000',
  asset: 'USD',
  payTo: 'payee',
  maxTimeoutSeconds: 60,
};
const challenge = { x402Version: 2, resource: { url: 'https://payee.example/report' }, accepts: [requirements] };

function answerOf(answered: EnvelopeAnswer): Record<string, unknown> {
  if (answered.outcome === 'refused') throw new Error(JSON.stringify(answered.problem));
  return answered.answer;
}

async function settlementOf(payerBus: BursarBus) {
  const resolved = answerOf(await payerBus.publishEnvelope({ call: 'x402.resolve', body: { challenge } }));
  const body = { x402Version: 2, paymentPayload: resolved['payment_payload'], paymentRequirements: requirements };
  return { body, payment_id: resolved['payment_id'] as string };
}

describe('An envelope on the bus', () => {
  it('is resolved for its payer and settled for its payee as over HTTP, and answered where it was asked', async () => {
    const { client, payerBus, payeeBus } = await twoAgents();
    const { body, payment_id } = await settlementOf(payerBus);
    expect(answerOf(await payeeBus.publishEnvelope({ call: 'x402.verify', body }))).toMatchObject({ isValid: true });
    const settled = await payeeBus.publishEnvelope({ call: 'x402.settle', body, idempotency_key: 'first' });
    expect(settled).toMatchObject({ idempotency_key: 'first', call: 'x402.settle', outcome: 'ok' });
    expect(answerOf(settled)).toMatchObject({ success: true, transaction: payment_id, amount: '50000' });
    expect(await client.payments.get(payment_id)).toMatchObject({ status: 'captured', protocol: 'x402' });
  });

  it('C1: twice with the same key is settled once and answered the same; with another key it is a duplicate', async () => {
    const { client, payerBus, payeeBus } = await twoAgents();
    const { body, payment_id } = await settlementOf(payerBus);
    const settle = (idempotency_key: string) =>
      payeeBus.publishEnvelope({ call: 'x402.settle', body, idempotency_key }).then(answerOf);
    const [one, two] = await Promise.all([settle('same'), settle('same')]);
    expect(two).toEqual(one);
    expect(one).toMatchObject({ success: true });
    expect(await settle('other')).toMatchObject({
      success: false,
      errorReason: 'duplicate_settlement',
      transaction: payment_id,
    });
    expect(await client.payments.get(payment_id)).toMatchObject({ amount_captured: '0.05' });
  });

  it('C1: of 20 copies at once with keys of their own, one takes the money', async () => {
    const { payerBus, payeeBus } = await twoAgents();
    const { body } = await settlementOf(payerBus);
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => payeeBus.publishEnvelope({ call: 'x402.settle', body }).then(answerOf)),
    );
    expect(answers.filter(({ success }) => success === true)).toHaveLength(1);
    expect(answers.filter(({ errorReason }) => errorReason === 'duplicate_settlement')).toHaveLength(19);
  });

  it('D10: is settled for nobody but its payee', async () => {
    const { client, payerBus } = await twoAgents();
    const { body, payment_id } = await settlementOf(payerBus);
    const tried = await payerBus.publishEnvelope({ call: 'x402.settle', body });
    expect(tried).toMatchObject({ outcome: 'forbidden', answer: { success: false, transaction: '' } });
    expect(await client.payments.get(payment_id)).toMatchObject({ status: 'authorized' });
  });

  it('of an org key names the agent that pays in its subject', async () => {
    const { token } = await twoAgents();
    const bus = await world.bus(token);
    const resolved = answerOf(
      await bus.publishEnvelope({ call: 'x402.resolve', agent_id: 'payer', body: { challenge } }),
    );
    expect(resolved).toMatchObject({ payer: { handle: 'payer' }, amount: '0.05' });
  });

  it.each([
    ['no key', { call: 'x402.settle', body: {} }, 'idempotency_key'],
    ['no call', { idempotency_key: 'k', body: {} }, 'call'],
    ['an unknown call', { call: 'x402.refund', idempotency_key: 'k', body: {} }, 'call'],
    ['no body', { call: 'x402.settle', idempotency_key: 'k' }, 'body'],
    ['a field too many', { call: 'x402.settle', idempotency_key: 'k', body: {}, agent_id: 'x' }, 'agent_id'],
  ])('D3: with %s is refused by name, and blocks nobody', async (_name, said, field) => {
    const { payer, org } = await twoAgents();
    const { ask } = await speaker(org, payer.agent_id, payer.token!);
    const answered = await ask(JSON.stringify(said));
    expect(answered).toMatchObject({ outcome: 'refused', problem: { code: 'body_invalid' } });
    const { problems } = (answered as { problem: { problems: { field: string }[] } }).problem;
    expect(problems.map((problem) => problem.field)).toContain(field);
    expect(await ask('{')).toMatchObject({ outcome: 'refused', problem: { code: 'unparseable_body' } });
  });

  it('D10: cannot be published in the name of another agent', async () => {
    const { org, payer, payee } = await twoAgents();
    const { connection } = await speaker(org, payer.agent_id, payer.token!);
    const refused = new Promise<string>((resolve) => {
      void (async () => {
        for await (const status of connection.status()) if (status.type === 'error') resolve(String(status.error));
      })();
    });
    connection.publish(subjects.envelope(org, payee.agent_id, payee.agent_id), '{}');
    expect(await refused).toMatch(/permissions violation/i);
  });
});

/** An agent that speaks NATS by itself, without our client: it can write whatever it likes. */
async function speaker(org: string, agentId: string, token: string) {
  const answers = subjects.answersOf(org, agentId);
  const connection: NatsConnection = await connect({
    servers: world.instance.natsUrl,
    token,
    inboxPrefix: `${answers}.inbox`,
    noAsyncTraces: true,
  });
  open.push(connection);
  let asked = 0;
  const ask = async (text: string): Promise<unknown> => {
    const reply_to = `${answers}.${(asked += 1)}`;
    const subscription = connection.subscribe(reply_to, { max: 1, timeout: 10_000 });
    const fields = headers();
    fields.set(HEADERS.reply_to, reply_to);
    connection.publish(subjects.envelope(org, agentId, agentId), text, { headers: fields });
    for await (const message of subscription) return message.json();
    return undefined;
  };
  return { connection, ask };
}
