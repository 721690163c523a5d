import { connect } from '@nats-io/transport-node';
import { reportReady } from '#observability';
import fastify from 'fastify';
import pg from 'pg';
import { Pool } from 'undici';
import { BareOwner } from './bare-owner.js';
import { bareCommand, freshPayment } from './command.js';
import { gathered } from './gathered.js';

/**
 * Stands where gateway, settlement and the books' owner stand, and checks nothing: no credential, no schema, no rule, no receipt. What is left are the
 * exchanges by which the call is durable. Arguments: bus, database and sandbox.
 */
const [nats, database, sandbox] = process.argv.slice(2) as [string, string, string];
const bus = await connect({ servers: nats, noAsyncTraces: true });
const rows = new pg.Pool({ connectionString: database, max: 4 });
const upstream = new Pool(sandbox, { connections: 64 });
const log = new pg.Client({ connectionString: database });
await log.connect();
const owner = new BareOwner(bus, log);
const server = fastify({ logger: false });

const claimed = gathered<[payment_id: string, request: string], void>(async (claims) => {
  const ids = claims.map(([payment_id]) => payment_id);
  await rows.query({
    name: 'claim',
    text: 'insert into bare_call (payment_id, key, request) select * from unnest($1::text[], $2::text[], $3::text[])',
    values: [ids, ids.map((payment_id) => `key-${payment_id}`), claims.map(([, request]) => request)],
  });
  return [];
});

const kept = gathered<[payment_id: string, answer: string], void>(async (answers) => {
  await rows.query({
    name: 'keep',
    text: `update bare_call set answer = kept.answer from unnest($1::text[], $2::text[]) as kept (payment_id, answer)
      where bare_call.payment_id = kept.payment_id`,
    values: [answers.map(([payment_id]) => payment_id), answers.map(([, answer]) => answer)],
  });
  return [];
});

/** A paid call: its claim, hold and dispatch, the provider, its capture with what is kept of the answer. */
server.post('/pay', async ({ body }, reply) => {
  const payment_id = freshPayment();
  await claimed([payment_id, JSON.stringify(body)]);
  await owner.ask(bareCommand(payment_id, 2));
  const { body: answered } = await upstream.request({
    path: '/api.tavily.com/search',
    method: 'POST',
    headers: { authorization: 'Bearer tvly-any', 'content-type': 'application/json' },
    body: JSON.stringify((body as { payload: unknown }).payload),
  });
  const answer = await answered.text();
  await Promise.all([kept([payment_id, answer]), owner.ask(bareCommand(payment_id, 1))]);
  return reply.type('application/json').send(`{"payment_id":"${payment_id}","answer":${answer}}`);
});

/** The three calls of an x402 payment: two decisions and a question. */
for (const [path, events] of [
  ['/resolve', 1],
  ['/verify', 0],
  ['/settle', 1],
] as const)
  server.post(path, async ({ body }, reply) => {
    return reply.type('application/json').send(await owner.ask(bareCommand(freshPayment(), events, body)));
  });

const url = await server.listen({ host: '127.0.0.1', port: 0 });
reportReady(
  async () => {
    await server.close();
    await upstream.close();
    await rows.end();
    await log.end();
    await bus.close();
  },
  { url },
);
