import { connect } from '@nats-io/transport-node';
import fastify from 'fastify';
import pg from 'pg';
import { Pool } from 'undici';
import { bareCommand, freshPayment, type BareCommand } from './command.js';

/**
 * Stands where gateway and settlement stand, and checks nothing: no credential, no schema, no rule, no receipt. What is left are the
 * exchanges without which the call cannot be durable. Arguments: bus, database and sandbox.
 */
const [nats, database, sandbox] = process.argv.slice(2) as [string, string, string];
const bus = await connect({ servers: nats, noAsyncTraces: true });
const rows = new pg.Pool({ connectionString: database, max: 4 });
const upstream = new Pool(sandbox, { connections: 64 });
const server = fastify({ logger: false });

/** A paid call: its claim, hold and dispatch, the provider, its capture with what is kept of the answer. */
server.post('/pay', async ({ body }, reply) => {
  const payment_id = freshPayment();
  await rows.query({
    name: 'claim',
    text: 'insert into bare_call (payment_id, key, request) values ($1, $2, $3)',
    values: [payment_id, `key-${payment_id}`, JSON.stringify(body)],
  });
  await decided(bareCommand(payment_id, 2));
  const { body: answered } = await upstream.request({
    path: '/api.tavily.com/search',
    method: 'POST',
    headers: { authorization: 'Bearer tvly-any', 'content-type': 'application/json' },
    body: JSON.stringify((body as { payload: unknown }).payload),
  });
  const answer = await answered.text();
  const kept = rows.query({
    name: 'keep',
    text: 'update bare_call set answer = $2 where payment_id = $1',
    values: [payment_id, answer],
  });
  await Promise.all([kept, decided(bareCommand(payment_id, 1))]);
  return reply.type('application/json').send(`{"payment_id":"${payment_id}","answer":${answer}}`);
});

/** The three calls of an x402 payment: two decisions and a question. */
for (const [path, events] of [
  ['/resolve', 1],
  ['/verify', 0],
  ['/settle', 1],
] as const)
  server.post(path, async ({ body }, reply) => {
    const answer = await decided(bareCommand(freshPayment(), events, body));
    return reply.type('application/json').send(JSON.stringify(answer));
  });

process.send!(await server.listen({ host: '127.0.0.1', port: 0 }));

async function decided(command: BareCommand): Promise<unknown> {
  return (await bus.request('owner', JSON.stringify(command), { timeout: 5_000 })).json();
}
