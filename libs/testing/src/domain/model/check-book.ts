import {
  agentById,
  carvedIn,
  heldIn,
  isOpen,
  moneyIn,
  paymentsUnder,
  spentIn,
  sumOf,
  walletsOf,
} from './reference-book.js';
import { isInClearing } from './reference-clearing.js';
import { same, show } from './same.js';
import type { Seen } from './seen.js';

export function checkAgents(seen: Seen): void {
  for (const agent of seen.reference.agents) {
    const real = seen.book.agents.get(agent.id);
    same(`the status of ${agent.handle}`, real?.status, agent.status);
    same(`F7: the addresses of ${agent.handle}`, real?.addresses ?? [], agent.addresses ?? []);
    for (const address of agent.addresses ?? [])
      same(`F7: whose ${address} is`, seen.book.addresses.get(address)?.agent_id, agent.id);
    for (const asset of ['USD', 'JPY'] as const) {
      const { spent, held, count } = real?.totals[asset] ?? { spent: 0n, held: 0n, count: 0 };
      const expected = sumOf(paymentsUnder(seen.reference, agent.id, asset));
      same(`${asset} of ${agent.handle}`, [spent, held, count], [expected.spent, expected.held, expected.count]);
    }
    same(
      `the handle ${agent.handle}`,
      agentById(seen.reference, seen.book.handles.get(agent.handle)!.agent_id).handle,
      agent.handle,
    );
  }
}

export function checkSessions(seen: Seen): void {
  for (const { id, budget, closed } of seen.reference.sessions) {
    const real = seen.book.sessions.get(id)!;
    same(
      `D13: budget, spent, held, carved, closed of ${id}`,
      [real.budget, real.spent, real.held, real.carved, real.closed],
      [budget, spentIn(seen.reference, id), heldIn(seen.reference, id), carvedIn(seen.reference, id), closed],
    );
  }
}

export function checkWallets(seen: Seen): void {
  const sums = { USD: 0n, JPY: 0n };
  const expected = walletsOf(seen.reference);
  for (const wallet of seen.book.wallets.values()) {
    sums[wallet.asset] += wallet.available + wallet.held;
    const mayFall = wallet.id.startsWith('external:') || wallet.id.startsWith('clearing:in:');
    const negative = wallet.held < 0n || (wallet.available < 0n && !mayFall);
    if (negative) throw new Error(`D1: ${wallet.id} is below zero: ${show(wallet)}`);
    if (!expected.includes(wallet.id)) throw new Error(`no such wallet is expected: ${wallet.id}`);
  }
  same('D1: the sum of all wallets', sums, { USD: 0n, JPY: 0n });
  for (const id of expected) {
    const { available, held } = seen.book.wallets.get(id) ?? { available: 0n, held: 0n };
    same(`the wallet ${id}`, { available, held }, moneyIn(seen.reference, id));
  }
}

export function checkHolds(seen: Seen): void {
  const real = [...seen.book.payments.values()].map(
    ({ id, status, held, expires_at }) => `${id} ${status} ${held} until ${expires_at}`,
  );
  const expected = seen.reference.payments
    .filter(isOpen)
    .map(({ id, status, held, expires_at }) => `${id} ${status} ${held} until ${expires_at}`);
  same('B1: the open holds', real.toSorted(), expected.toSorted());
}

/** What is on its way to the other org, and no more; what came is never less than what was given back of it. */
export function checkClearing(seen: Seen): void {
  const { payments, returns, credits } = seen.reference;
  same(
    'D15: what is in clearing',
    [...seen.book.clearings.values()].map(({ id, amount }) => `${id} ${amount}`).toSorted(),
    payments
      .filter(isInClearing)
      .map(({ id, captured }) => `${id} ${captured}`)
      .toSorted(),
  );
  same(
    'D15: the refunds on their way',
    [...seen.book.returns.values()].map(({ id, payment_id, amount }) => `${id} ${payment_id} ${amount}`).toSorted(),
    returns
      .filter(({ arrived }) => !arrived)
      .map(({ id, credit, amount }) => `${id} ${credit} ${amount}`)
      .toSorted(),
  );
  for (const { id, amount } of credits) {
    const given = returns.filter(({ credit }) => credit === id).reduce((sum, one) => sum + one.amount, 0n);
    if (given > amount) throw new Error(`D1: ${given} of ${amount} is given back for ${id}`);
  }
}

/** What is asked for and has not ended, and how many of them each payee has. */
export function checkRequests(seen: Seen): void {
  const open = seen.reference.requests.filter(({ status }) => status === 'open');
  same(
    'the open requests',
    [...seen.book.requests.values()].map(({ id, amount, asset }) => `${id} ${amount} ${asset}`).toSorted(),
    open.map(({ id, amount, asset }) => `${id} ${amount} ${asset}`).toSorted(),
  );
  for (const agent of seen.reference.agents)
    same(
      `H4: the requests of ${agent.handle}`,
      seen.book.agents.get(agent.id)!.requests ?? 0,
      open.filter(({ payee }) => payee === agent.id).length,
    );
}
