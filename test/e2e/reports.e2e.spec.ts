import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { BursarClient, LogEvent, PaymentRequest, SpendRow } from '#client';
import { partitionOf } from '#contracts';
import { compareViewsWithLog } from '#read-models';
import { EndToEnd } from '../support/end-to-end.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

const SEED = 20_261_120;

/** Repeats with its seed. */
function numbers(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
}

/** Some hundreds of payments of every kind: paid, held, captured in part, voided, given back, expired, refused. */
async function mixedLoad() {
  const organization = await world.organizations.open();
  const { client, token, org } = organization;
  const bus = await world.bus(token);
  const below = numbers(SEED);
  const agents = await Promise.all(
    ['ann', 'bob', 'cleo'].map((handle, index) =>
      client.agents.create({ handle, ...(index === 2 ? { spending_cap: { amount: '0.05' } } : {}) }),
    ),
  );
  const root = await client.sessions.open({ budget: '9.00', labels: { project: 'x' } });
  const child = await client.sessions.open({ budget: '0.20', parent_session_id: root.session_id });
  const sessions = [undefined, root.session_id, child.session_id];
  const work = async (index: number): Promise<void> => {
    const payer = agents[below(3)]!;
    const payee = agents[below(3)]!;
    const held = below(2) === 0;
    const labels: Pick<PaymentRequest, 'label' | 'labels'>[] = [
      {},
      { label: 'alone' },
      { labels: { goal: 'a', team: 'red' } },
      { label: 'alone', labels: { goal: 'b' } },
    ];
    const request: PaymentRequest = {
      agent_id: payer.agent_id,
      ...(payee === payer ? { service: ['search', 'scrape'][below(2)]! } : { payee: payee.handle }),
      ...(sessions[index % 3] === undefined ? {} : { session_id: sessions[index % 3]! }),
      ...labels[below(4)],
      amount: `0.00${String(1 + below(6_000)).padStart(4, '0')}`,
      capture: !held,
      ...(held ? { expires_in: 1 } : {}),
    };
    const answer =
      index % 2 === 0 ? await bus.publish(request) : await client.payments.authorize(request, { declines: 'return' });
    if (answer.status === 'declined') return;
    const options = { declines: 'return' as const };
    if (held && index % 5 === 0) await client.payments.capture(answer.payment_id, { amount: '0.000001' }, options);
    if (held && index % 5 === 1)
      await client.payments.capture(answer.payment_id, { amount: '0.000001', final: false }, options);
    if (held && index % 5 === 2) await client.payments.void(answer.payment_id, options);
    if (!held && index % 3 === 0) await client.payments.refund(answer.payment_id, { amount: '0.000001' }, options);
  };
  for (let from = 0; from < 360; from += 24)
    await Promise.all(Array.from({ length: 24 }, (_, index) => work(from + index)));
  const begin = performance.now();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const events: LogEvent[] = [];
  for await (const event of client.events.each()) events.push(event);
  await seen(client, events.at(-1)!.position);
  return {
    ...organization,
    partition: partitionOf(org),
    agents,
    root,
    child,
    events,
    settled_ms: performance.now() - begin,
  };
}

let load: Awaited<ReturnType<typeof mixedLoad>>;
beforeAll(async () => void (load = await mixedLoad()), 60_000);

async function seen(client: BursarClient, position: string): Promise<number> {
  const begin = performance.now();
  const wanted = Number(position.split(':')[1]);
  for (;;) {
    const report = await client.reports.spend({});
    if (Number(report.position.split(':')[1]) >= wanted) return performance.now() - begin;
    if (performance.now() - begin > 10_000)
      throw new Error(`the reports stay at ${report.position}, the log is at ${position}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

interface Figures {
  spent: bigint;
  held: bigint;
  refunded: bigint;
  payments: number;
  declined: number;
}

/** The ledger folded from the public events: each payment's figures under every value that `valuesOf` gives for it. */
function ledger(
  valuesOf: (event: Readonly<Record<string, unknown>>) => readonly (string | null)[],
): Map<string | null, Figures> {
  const rows = new Map<string | null, Figures>();
  for (const { type, event } of load.events) {
    if (!type.startsWith('payment.')) continue;
    const amount = (name: string): bigint => BigInt((event[name] as string | undefined) ?? '0');
    const change: Figures = { spent: 0n, held: 0n, refunded: 0n, payments: 0, declined: 0 };
    if (type === 'payment.transferred') [change.spent, change.payments] = [amount('amount'), 1];
    if (type === 'payment.authorized') [change.held, change.payments] = [amount('amount'), 1];
    if (type === 'payment.declined') change.declined = 1;
    if (type === 'payment.captured')
      [change.spent, change.held] = [amount('captured'), -amount('captured') - amount('released')];
    if (type === 'payment.voided' || type === 'payment.expired') change.held = -amount('released');
    if (type === 'payment.refunded') [change.spent, change.refunded] = [-amount('refunded'), amount('refunded')];
    for (const value of valuesOf(event)) {
      const row = rows.get(value) ?? { spent: 0n, held: 0n, refunded: 0n, payments: 0, declined: 0 };
      row.spent += change.spent;
      row.held += change.held;
      row.refunded += change.refunded;
      row.payments += change.payments;
      row.declined += change.declined;
      rows.set(value, row);
    }
  }
  return rows;
}

async function reported(
  group_by: 'agent' | 'label' | 'session' | 'service' | 'protocol' | 'day',
  field: keyof SpendRow,
) {
  const rows = new Map<string | null, Figures>();
  for await (const row of load.client.reports.eachSpend({ group_by, limit: 2 })) {
    const figures = {
      spent: units(row.spent),
      held: units(row.held),
      refunded: units(row.refunded),
      payments: row.payments,
      declined: row.declined,
    };
    // A payee that never pays has a row for what it earned.
    if (Object.values(figures).some((figure) => BigInt(figure) !== 0n))
      rows.set((row[field] as string | undefined) ?? null, figures);
  }
  return sorted(rows);
}

function sorted(rows: Map<string | null, Figures>): [string, Figures][] {
  return [...rows]
    .map(([key, value]): [string, Figures] => [String(key), value])
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
}

function labelsOf(event: Readonly<Record<string, unknown>>): (string | null)[] {
  const labels = Object.entries(event['labels'] as Record<string, string>);
  return labels.length === 0 ? [null] : labels.map(([name, value]) => (name === 'label' ? value : `${name}=${value}`));
}

describe('Reports after a mixed load over HTTP and bus', () => {
  it('the load has payments of every kind', () => {
    const types = new Set(load.events.map(({ type }) => type));
    for (const type of ['transferred', 'authorized', 'captured', 'voided', 'expired', 'refunded', 'declined'])
      expect(types).toContain(`payment.${type}`);
  });

  it('D2: spend per agent, label, session, service, protocol and day is what the ledger says, to the unit', async () => {
    const payer = (event: Readonly<Record<string, unknown>>) => [(event['payer'] as { agent_id: string }).agent_id];
    expect(await reported('agent', 'agent_id')).toEqual(sorted(ledger(payer)));
    expect(await reported('label', 'label')).toEqual(sorted(ledger(labelsOf)));
    const service = (event: Readonly<Record<string, unknown>>) => [
      (event['payee'] as { service?: string }).service ?? null,
    ];
    expect(await reported('service', 'service')).toEqual(sorted(ledger(service)));
    expect(await reported('protocol', 'protocol')).toEqual(sorted(ledger((event) => [event['protocol'] as string])));
    const day = (event: Readonly<Record<string, unknown>>) => [
      new Date(event['authorized_at'] as number).toISOString().slice(0, 10),
    ];
    expect(await reported('day', 'day')).toEqual(sorted(ledger(day)));
    const above = new Map([[load.child.session_id, [load.child.session_id, load.root.session_id]]]);
    const session = (event: Readonly<Record<string, unknown>>) => {
      const id = event['session_id'] as string | undefined;
      return id === undefined ? [null] : (above.get(id) ?? [id]);
    };
    expect(await reported('session', 'session_id')).toEqual(sorted(ledger(session)));
  });

  it('D2: a payment counts in each of its labels and once in the total, which the agents and the wallets agree with', async () => {
    const { client } = load;
    const [total] = [...ledger(() => ['total']).values()];
    const report = await client.reports.spend({ group_by: 'label' });
    expect(units(report.total.spent)).toBe(total!.spent);
    expect(units(report.total.held)).toBe(0n);
    expect(report.total).toMatchObject({ payments: total!.payments, declined: total!.declined });
    const spends = await Promise.all(load.agents.map(({ agent_id }) => client.agents.spend(agent_id)));
    expect(spends.reduce((sum, { spent_usd_exact }) => sum + units(spent_usd_exact), 0n)).toBe(total!.spent);
    expect(spends.map(({ held_usd }) => held_usd)).toEqual([0, 0, 0]);
    const { wallets } = await client.wallets.list();
    const inside = wallets.filter(({ wallet_id }) => !wallet_id.startsWith('external:'));
    expect(inside.reduce((sum, { available }) => sum + units(available), 0n)).toBe(1_000_000_000_000n);
    expect(wallets.map(({ held }) => units(held))).toEqual(wallets.map(() => 0n));
  });

  it('D2: session trees say what reports say', async () => {
    const { client, root, child } = load;
    const rows = ledger((event) => [(event['session_id'] as string | undefined) ?? null]);
    const [ofRoot, ofChild] = [rows.get(root.session_id)!.spent, rows.get(child.session_id)!.spent];
    expect(await client.sessions.get(root.session_id)).toMatchObject({ spent_exact: usd(ofRoot + ofChild), held: 0 });
    expect(await client.sessions.get(child.session_id)).toMatchObject({ spent_exact: usd(ofChild) });
  });

  it('H2: walking the pages of payments shows each once, and their sum is the report', async () => {
    const ids: string[] = [];
    let spent = 0n;
    for await (const item of load.client.payments.each({ limit: 7 })) {
      ids.push(item.payment_id);
      spent += units(item.amount_captured) - units(item.amount_refunded);
    }
    expect(new Set(ids).size).toBe(ids.length);
    const [total] = [...ledger(() => ['total']).values()];
    expect([ids.length, spent]).toEqual([total!.payments + total!.declined, total!.spent]);
  });

  it('D6: what a caller has just paid is in its balance at once, and in reports within two seconds', async () => {
    const { client } = load;
    for (let round = 0; round < 10; round += 1) {
      const before = await client.agents.spend('ann');
      const paid = await client.payments.authorize({
        agent_id: 'ann',
        service: 'search',
        amount: '0.000007',
        capture: true,
      });
      const after = await client.agents.spend('ann');
      expect(units(after.spent_usd_exact) - units(before.spent_usd_exact)).toBe(7n);
      expect(await seen(client, paid.position)).toBeLessThan(2_000);
    }
  });

  it('D2 D3: every row of every view of this Bursar is what its log says', async () => {
    const { mismatches, quarantined, events } = await compareViewsWithLog(world.instance.databaseUrl, {
      wait_ms: 20_000,
    });
    expect({ mismatches, quarantined }).toEqual({ mismatches: [], quarantined: 0 });
    expect(events).toBeGreaterThan(load.events.length);
  }, 60_000);
});

function units(amount: string): bigint {
  const [whole = '0', fraction = ''] = amount.replace('-', '').split('.');
  const size = BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
  return amount.startsWith('-') ? -size : size;
}

function usd(amount: bigint): string {
  const digits = amount.toString().padStart(7, '0');
  return `${digits.slice(0, -6)}.${digits.slice(-6)}`.replace(/\.?0+$/, '');
}
