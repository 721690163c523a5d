import { partitionOf, type OwnerAnswer } from '#contracts';
import { DEFAULT_DECIDE_SETTINGS, type AuthorizePayment, type Command, type Query, type RegisterAgent } from '#domain';
import type { LogStore } from '#event-log';
import { FIRST_ORGANIZATION, freshId } from '#security';
import { LeaseKeeper } from '../src/leases/lease-keeper.js';
import { Owner } from '../src/owner/owner.js';
import { systemScheduler, type Clock, type PublishedEvent } from '../src/ports.js';

export const ORG = FIRST_ORGANIZATION;
const OWNER = { subject: 'owner', proven_by: 'owner' } as const;
export const ADMIN = { subject: `key_${'0'.repeat(31)}1`, proven_by: 'bus' } as const;

export interface Harness {
  owner: Owner;
  leases: LeaseKeeper;
  published: PublishedEvent[];
  alarms: string[];
  clock: { offset_ms: number } & Clock;
  ask(request: Command | Query): Promise<OwnerAnswer>;
}

/** An owner with its leases on a given log, without a bus: works are handed in directly. */
export async function startOwner(log: LogStore, options: { lease_ms?: number } = {}): Promise<Harness> {
  const owner_name = `test:${freshId()}`;
  const clock = { offset_ms: 0, now: () => Date.now() + clock.offset_ms };
  const published: PublishedEvent[] = [];
  const alarms: string[] = [];
  const alarm = (message: string, error: unknown): void => void alarms.push(`${message}: ${String(error)}`);
  const owner = new Owner({
    owner_name,
    log,
    clock,
    scheduler: systemScheduler,
    outlet: { committed: (events) => void published.push(...events) },
    ids: { freshId },
    settings: { ...DEFAULT_DECIDE_SETTINGS, cycle_works_maximum: 1_000, intake_maximum: 10_000 },
    lost: (partitions) => leases.forget(partitions),
    epochsRaised: () => undefined,
    alarm,
  });
  const leases = new LeaseKeeper({
    owner_name,
    log,
    owner,
    clock: { now: () => Date.now() },
    scheduler: systemScheduler,
    lease_ms: options.lease_ms ?? 3_000,
    gained: () => undefined,
    lost: () => undefined,
    alarm,
  });
  await leases.start();
  return {
    owner,
    leases,
    published,
    alarms,
    clock,
    ask: (request) =>
      new Promise((answer) => {
        owner.submit({ partition: partitionOf(request.org), request, arrived_at: clock.now(), answer });
      }),
  };
}

/** A command of the admin key, with what every command needs. */
export function as<Type extends (Command | Query)['type']>(
  type: Type,
  fields: Omit<Extract<Command | Query, { type: Type }>, 'type' | 'org' | 'credential' | 'fresh_id'>,
): Extract<Command | Query, { type: Type }> {
  const header = { type, org: ORG, credential: ADMIN, fresh_id: freshId() };
  return { ...header, ...fields } as unknown as Extract<Command | Query, { type: Type }>;
}

/** Opens the org with money, an admin key and two agents that may spend without limit. */
export async function openBook(harness: Harness, initial_amount = 1_000_000_000n): Promise<void> {
  const opened = await harness.ask({
    ...as('organization.create', {
      name: 'test',
      default_asset: 'USD',
      first_use: {
        enabled: true,
        per_payment: '500000',
        per_day: '25000000',
        agents_maximum: 100,
        together_per_day: '100000000',
      },
      admin_key: { key_id: ADMIN.subject, token_hash: 'hash' },
      initial_amount,
    }),
    credential: OWNER,
  });
  if (opened.kind !== 'recorded') throw new Error(JSON.stringify(opened));
  for (const handle of ['payer', 'payee']) await registerAgent(harness, handle);
}

export async function registerAgent(
  harness: Harness,
  handle: string,
  limits: RegisterAgent['limits'] = [],
): Promise<string> {
  const answer = await harness.ask(as('agent.register', { handle, limits, funding: 'treasury', token_hash: 'hash' }));
  if (answer.kind !== 'recorded' || answer.event.type !== 'agent.registered') throw new Error(JSON.stringify(answer));
  return answer.event.agent_id;
}

export function pay(fields: Partial<AuthorizePayment> & { key?: string } = {}): AuthorizePayment {
  return as('payment.authorize', {
    agent: 'payer',
    payee: { agent: 'payee' },
    amount: 1_000n,
    asset: 'USD',
    capture: true,
    protocol: 'direct',
    labels: {},
    ...(fields.key === undefined ? {} : { fingerprint: 'v1:same' }),
    ...fields,
  });
}
