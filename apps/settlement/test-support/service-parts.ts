import type { OwnerAnswer, SettlementRequest } from '#contracts';
import type { Command, PaymentDetails, Query } from '#domain';
import { migrateEventLog, PostgresServiceCallStore, PostgresServiceStore } from '#event-log';
import { createLogger } from '#observability';
import { readServiceDefinition, type ServiceDefinition } from '#paid-services';
import { createKeyRing, createSecretBox, freshId } from '#security';
import { createTestDatabase, Provider, type ProviderReply, type TestDatabase } from '#testing';
import pg from 'pg';
import { ServiceCatalogue } from '../src/services/catalogue/service-catalogue.js';
import { EndedCalls } from '../src/services/ended-calls.js';
import type { ServiceParts } from '../src/services/ports.js';
import { RunningCalls } from '../src/services/running-calls.js';
import { ServiceLimits } from '../src/services/service-limits.js';
import { Upstream } from '../src/services/upstream/upstream.js';
import { ORG } from './scripted.js';

/** What an owner says; undefined: it cannot be reached. */
export type Owner = (command: Command | Query) => OwnerAnswer | undefined;

/** Paid services on real tables and a real provider, with an owner that says what the test says. */
export class ServicesUnderTest {
  readonly asked: (Command | Query)[] = [];
  owner: Owner = () => undefined;
  reply: (count: number) => Promise<ProviderReply> | ProviderReply = () => ({});
  readonly upstream: Upstream;
  readonly parts: ServiceParts;
  count = 0;

  private constructor(
    readonly database: TestDatabase,
    readonly provider: Provider,
    readonly admin: pg.Client,
    readonly calls: PostgresServiceCallStore,
    readonly store: PostgresServiceStore,
  ) {
    const logger = createLogger({ service: 'settlement', level: 'silent' });
    this.upstream = new Upstream({ allowed_origins: [provider.url] });
    const secretBox = createSecretBox([Buffer.alloc(32, 1)]);
    const unread = () => Promise.reject(new Error('nothing is read of the log'));
    this.parts = {
      owners: {
        send: (_org, command) => {
          this.asked.push(command);
          return Promise.resolve(this.owner(command) ?? { kind: 'unavailable', code: 'book_unavailable' });
        },
      },
      log: { loadFacts: unread, read: unread, addressEvents: unread },
      keys: createKeyRing({ seeds: [Buffer.alloc(32, 1)] }),
      issuer: 'ledger:test',
      logger,
      catalogue: new ServiceCatalogue({
        definitions: new Map(
          [this.definition('once'), this.definition('mail', { idempotency: { header: 'Idempotency-Key' } })].map(
            (definition) => [definition.name, definition],
          ),
        ),
        secrets: new Map(),
        has_sandbox: false,
        store,
        secretBox,
        logger,
      }),
      secretBox,
      store,
      calls,
      upstream: this.upstream,
      limits: new ServiceLimits(),
      running: new RunningCalls(),
      keep_for_days: 30,
      ended: new EndedCalls({ store: calls, alarm: () => undefined }),
    };
  }

  static async open(): Promise<ServicesUnderTest> {
    const database = await createTestDatabase({ migrate: migrateEventLog });
    const admin = new pg.Client({ connectionString: database.url });
    await admin.connect();
    const provider = await Provider.start((_request, count) => test.reply(count - test.count));
    const { url } = database;
    const calls = new PostgresServiceCallStore({ url, retention_days: 30, statement_timeout_ms: 500 });
    const test = new ServicesUnderTest(database, provider, admin, calls, new PostgresServiceStore({ url }));
    return test;
  }

  /** Nothing of what was before. */
  async forget(): Promise<void> {
    await this.settled();
    await this.admin.query('truncate bursar.service_call, bursar.service_call_open, bursar.service_answer');
    this.asked.length = 0;
    this.count += this.provider.requests.splice(0).length;
    this.owner = () => undefined;
    this.reply = () => ({});
  }

  definition(name: string, fields: object = {}): ServiceDefinition {
    const text = JSON.stringify({
      name,
      title: name,
      category: 'test',
      call: { method: 'POST', url: `${this.provider.url}/ask`, body: { json: { text: '{payload.text}' } } },
      payload: { text: { type: 'string', required: true } },
      price: { kind: 'reported', path: 'cost', currency: 'USD', at_most: '0.05' },
      timeout_seconds: 2,
      retries: 0,
      max_credits_recommended: '0.05',
      ...fields,
    });
    const read = readServiceDefinition(text);
    if (!read.ok) throw new Error(JSON.stringify(read.problems));
    return read.definition;
  }

  request(fields: Partial<SettlementRequest> = {}): SettlementRequest {
    return {
      caller: { org: ORG, credential: { subject: 'key_1', proof: 'proof' } },
      fresh_id: freshId(),
      deadline: Date.now() + 5_000,
      body: '{"service":"once","payload":{"text":"hello"}}',
      ...fields,
    };
  }

  /** When everything that is said behind the answers has been. */
  async settled(): Promise<void> {
    await this.parts.running.idle();
    await new Promise((resolve) => setTimeout(resolve, 120));
  }

  /** A row as a process has left it. */
  async left(payment_id: string, fields: { service?: string; answer?: string; units?: bigint } = {}): Promise<void> {
    const { service = 'once', answer, units } = fields;
    const row = { payment_id, org: ORG, service, is_sandbox: false, salt: 's', request: '{"text":"hello"}' };
    await this.calls.begin({ ...row, ends_in_ms: 0 });
    if (answer !== undefined) await this.calls.answered({ payment_id, answer, ...(units !== undefined && { units }) });
    await this.calls.leave(payment_id);
    await this.admin.query('update bursar.service_call_open set ends_at = now()');
  }

  async close(): Promise<void> {
    await this.settled();
    await this.parts.ended.close();
    await Promise.all([this.upstream.close(), this.calls.close(), this.store.close(), this.provider.stop()]);
    await this.admin.end();
    await this.database.drop();
  }
}

export function newPayment(): string {
  return `pay_${freshId()}`;
}

/** An event of a payment to a service, as the book has it. */
export function eventOf(type: string, payment_id: string, fields: object = {}) {
  const details = {
    payment_id,
    payer: { agent_id: 'agt_payer', handle: 'payer', wallet_id: 'wal_treasury' },
    payee: { service: 'once' },
    protocol: 'direct',
    amount: '50000',
    asset: 'USD',
    labels: {},
    authorized_at: Date.now(),
  } as unknown as PaymentDetails;
  return { type, ...details, time: Date.now(), ...fields };
}

export function recorded(type: string, payment_id: string, fields: object = {}): OwnerAnswer {
  const { replayed, ...rest } = fields as { replayed?: true };
  return {
    kind: 'recorded',
    event: eventOf(type, payment_id, rest),
    position: '3:9',
    ...(replayed && { replayed }),
  } as unknown as OwnerAnswer;
}

/** The answer to `query.payment`, with these events in their order. */
export function paymentOf(payment_id: string, ...events: [type: string, fields?: object][]): OwnerAnswer {
  return {
    kind: 'payment',
    events: events.map(([type, fields], index) => ({
      event: eventOf(type, payment_id, fields),
      position: `3:${index + 1}`,
    })),
  } as unknown as OwnerAnswer;
}

export function refusedWith(code: string): OwnerAnswer {
  return { kind: 'refused', refusal: { code, scope: { kind: 'payment', id: 'x' } } } as unknown as OwnerAnswer;
}

/** The same calls; whenever an answer is to be kept, all that the sweep could take just then is noted. */
export function watched(calls: ServiceParts['calls'], taken: unknown[]): ServiceParts['calls'] {
  const answered: ServiceParts['calls']['answered'] = async (answer) => {
    taken.push(await calls.take(20, 180_000));
    return calls.answered(answer);
  };
  return new Proxy(calls, {
    get: (_target, name: keyof ServiceParts['calls']) => (name === 'answered' ? answered : calls[name].bind(calls)),
  });
}
