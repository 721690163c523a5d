import type { Asset, BookEvent, LimitDefinition } from '#domain';
import { SCENARIO_ORG } from '../../book-scenario.js';
import { ABROAD } from '../reference-clearing.js';
import type { Expectation } from '../expectation.js';
import type { ModelWorld } from '../model-world.js';
import { FIRST_USE, treasury } from '../opening.js';
import {
  agentByHandle,
  noteRequestPaid,
  principalIn,
  withAncestors,
  withParents,
  type ReferenceAgent,
  type ReferenceBook,
  type ReferenceLimit,
  type ReferencePayment,
  type ReferenceSession,
} from '../reference-book.js';
import { requestAgainstPayment } from '../reference-requests.js';
import { grantFor, isAboveThreshold } from '../reference-approvals.js';
import { type Rolling, type Verdict, bindingRule, counts } from '../reference-rules.js';
import { TERMS } from './redeem.js';
import { HANDLES, asRecorded, pickSession, refused, request, type Step } from './step.js';

/** Payees from this number on are of another org; from 2 on they are agents, below that services. */
export const FOREIGN = HANDLES.length + 2;

export interface PayFields {
  handle: string;
  payee: number;
  amount: number;
  asset: Asset;
  capture: boolean;
  session: number | undefined;
  expires_in_s: number;
  key: string | undefined;
  /** The payment request that it names. */
  request?: string;
}

export class Pay implements Step {
  constructor(readonly fields: PayFields) {}

  describe(): string {
    const { handle, payee, amount, asset, capture, session, key } = this.fields;
    const to = payee < 2 ? `service ${payee}` : payee < FOREIGN ? `agent ${HANDLES[payee - 2]}` : 'another org';
    const where = session === undefined ? '' : ` in session #${session}`;
    return `${handle} ${capture ? 'pays' : 'holds'} ${amount} ${asset} for ${to}${where}${key ? ` with key ${key}` : ''}`;
  }

  run(world: ModelWorld): boolean {
    const { handle, amount, asset, capture } = this.fields;
    const { reference, now } = world;
    const session = this.fields.session === undefined ? undefined : pickSession(reference, this.fields.session);
    const command = this.#command(world.freshId(), session?.id);
    const unseen = agentByHandle(reference, handle) === undefined;
    if (
      unseen &&
      reference.agents.filter((one) => one.origin === 'first_use').length >= this.#seenByFirstUse(reference)
    ) {
      world.expect(command, refused('first_use_agents_exceeded', 'organization', SCENARIO_ORG));
      return false;
    }
    const agent = unseen ? this.#newcomer(command.fresh_id) : agentByHandle(reference, handle)!;
    const known = reference.keys.find((one) => one.payer === agent.id && one.key === command.key);
    if (known) {
      const conflict = known.fingerprint !== command.fingerprint;
      world.expect(
        command,
        conflict ? { refused: request('idempotency_key_conflict', command.key) } : { replays: known.sequence },
      );
      return false;
    }
    // The newcomer is looked at as if it were there, and is there once something is recorded.
    if (unseen) reference.agents.push(agent);
    const unacceptable =
      this.#unacceptable(reference, agent, unseen, session) ?? this.#notAskedFor(world, agent, command.fresh_id);
    if (unacceptable) {
      if (unseen) reference.agents.pop();
      world.expect(command, unacceptable);
      return false;
    }
    const wallet = walletFor(reference, agent, asset, session?.id);
    const asked = {
      org: SCENARIO_ORG,
      agent: agent.id,
      ...(session ? { session: session.id } : {}),
      wallet,
      to: this.#payeeWallet(reference),
      amount: BigInt(amount),
      asset,
      capture,
      now,
      first_use_together: BigInt(FIRST_USE.together_per_day),
    };
    const above = isAboveThreshold(reference, asked);
    const grant = above ? grantFor(reference, asked) : undefined;
    const waits = above && !grant;
    // While it waits it is held, whatever becomes of it afterwards.
    const rule = (rolling: Rolling): Verdict | undefined =>
      bindingRule(reference, asked, rolling) ??
      (waits ? bindingRule(reference, { ...asked, capture: false }, rolling) : undefined);
    const passed = world.expect(command, asRecorded(rule('exact')), asRecorded(rule('widest')));
    if (passed) this.#checkEvent(world, waits);
    const held = passed && (waits || !capture);
    const payment: ReferencePayment = {
      id: `pay_${command.fresh_id}`,
      agent: agent.id,
      asset,
      from: wallet,
      to: asked.to,
      ...(session ? { session: session.id } : {}),
      first_use: principalIn(reference, agent.id).origin === 'first_use',
      authorized_at: now,
      expires_at: now + (waits ? 86_400 : this.fields.expires_in_s) * 1000,
      ...(passed && waits ? { approval: { capture, hold_ms: this.fields.expires_in_s * 1000 } } : {}),
      ...(capture ? {} : { answers_terms: true }),
      ...(passed && grant ? { grant: grant.id } : {}),
      status: !passed ? 'declined' : waits ? 'pending_approval' : capture ? 'captured' : 'authorized',
      held: held ? BigInt(amount) : 0n,
      captured: passed && !held ? BigInt(amount) : 0n,
      refunded: 0n,
      ...(this.fields.request === undefined ? {} : { request: this.fields.request }),
    };
    reference.payments.push(payment);
    if (payment.captured > 0n) noteRequestPaid(reference, payment);
    if (command.key !== undefined)
      reference.keys.push({
        payer: agent.id,
        key: command.key,
        fingerprint: command.fingerprint,
        sequence: decidedIn(world).sequence,
      });
    return false;
  }

  #checkEvent(world: ModelWorld, waits: boolean): void {
    const { type } = decidedIn(world);
    const passed = this.fields.capture ? 'payment.transferred' : 'payment.authorized';
    const expected = waits ? 'payment.pending_approval' : passed;
    if (type !== expected) throw new Error(`expected ${expected}, recorded ${type}`);
  }

  /** It names a payment request, and is not what that asks for. */
  #notAskedFor(world: ModelWorld, agent: ReferenceAgent, freshId: string): Expectation | undefined {
    const { request, payee, amount, asset, capture } = this.fields;
    if (request === undefined) return undefined;
    const isAgent = payee >= 2 && payee < FOREIGN;
    const against = requestAgainstPayment(world.reference, {
      request,
      payment: `pay_${freshId}`,
      payer: agent.id,
      payee: isAgent ? agentByHandle(world.reference, HANDLES[payee - 2]!)!.id : undefined,
      abroad: payee >= FOREIGN,
      amount: BigInt(amount),
      asset,
      capture,
      authorized_at: world.now,
    });
    return against && { refused: against };
  }

  #command(freshId: string, session: string | undefined) {
    const { handle, payee, amount, asset, capture, expires_in_s, key, request } = this.fields;
    const fingerprint = `${payee} ${amount} ${asset} ${capture} ${session ?? ''} ${request ?? ''}`;
    return {
      type: 'payment.authorize' as const,
      fresh_id: freshId,
      agent: handle,
      payee:
        payee < 2
          ? { service: `service-${payee}` }
          : payee < FOREIGN
            ? { agent: HANDLES[payee - 2]! }
            : { agent: 'abroad', org: ABROAD },
      amount: BigInt(amount),
      asset,
      capture,
      protocol: 'direct' as const,
      labels: {},
      expires_in_ms: expires_in_s * 1000,
      ...(capture ? {} : { terms_hash: TERMS }),
      ...(session === undefined ? {} : { session_id: session }),
      ...(request === undefined ? {} : { request_id: request }),
      ...(key === undefined ? { key: undefined, fingerprint: '' } : { key, fingerprint }),
    };
  }

  #seenByFirstUse(reference: ReferenceBook): number {
    // Those taken over since count as seen: the org takes so many newcomers in all.
    const taken = reference.agents.filter((one) => one.origin === 'explicit' && one.taken_over === true).length;
    return FIRST_USE.agents_maximum - taken;
  }

  #newcomer(freshId: string): ReferenceAgent {
    const limit = (per: 'payment' | 'day', maximum: string, time_zone?: string) => ({
      definition: { of: 'amount' as const, per, maximum, asset: 'USD' as const, ...(time_zone ? { time_zone } : {}) },
      added_to_live: false,
    });
    return {
      id: `agt_${freshId}`,
      handle: this.fields.handle,
      status: 'active',
      origin: 'first_use',
      funding: 'treasury',
      limits: [limit('payment', FIRST_USE.per_payment), limit('day', FIRST_USE.per_day, 'UTC')],
    };
  }

  #unacceptable(
    reference: ReferenceBook,
    agent: ReferenceAgent,
    unseen: boolean,
    session: ReferenceSession | undefined,
  ): Expectation | undefined {
    const { asset } = this.fields;
    const unpayable = this.#unpayable(reference, agent, unseen);
    if (unpayable) return unpayable;
    const uncovered = withParents(reference, agent.id).find(({ limits }) => this.#isFreeBy(limits, reference));
    if (uncovered) return refused('asset_mismatch', 'agent', uncovered.id);
    if (this.#isFreeBy(reference.limits, reference)) return refused('asset_mismatch', 'organization', SCENARIO_ORG);
    return session && session.asset !== asset ? refused('asset_mismatch', 'session', session.id) : undefined;
  }

  #isFreeBy(limits: readonly ReferenceLimit[], reference: ReferenceBook): boolean {
    return isFreeBy(limits, this.fields.asset, (asset) => this.#payeeWallet(reference, asset));
  }

  #unpayable(reference: ReferenceBook, agent: ReferenceAgent, unseen: boolean): Expectation | undefined {
    const { payee } = this.fields;
    if (payee < 2 || payee >= FOREIGN) return undefined;
    const paid = agentByHandle(reference, HANDLES[payee - 2]!);
    // A newcomer is not there yet for its own payment.
    if (!paid || paid.status === 'revoked' || (unseen && paid.id === agent.id))
      return refused('payee_not_found', 'agent', HANDLES[payee - 2]!);
    const principal = principalIn(reference, agent.id);
    return paid.id === principal.id ? refused('payee_is_payer', 'agent', paid.id) : undefined;
  }

  #payeeWallet(reference: ReferenceBook, asset = this.fields.asset): string {
    const { payee } = this.fields;
    if (payee < 2) return `service:service-${payee}:${asset}`;
    if (payee >= FOREIGN) return `clearing:out:${asset}`;
    return ownWallet(agentByHandle(reference, HANDLES[payee - 2]!)!, asset);
  }
}

/** The event of the last payment: what says that it pays a request follows it. */
function decidedIn({ log }: ModelWorld): BookEvent {
  return log.findLast((event) => event.type.startsWith('payment.'))!;
}

/** Limits that name other assets only would let a payment in this one go free; those on a pair are looked at apart. */
export function isFreeBy(limits: readonly ReferenceLimit[], asset: Asset, to: (asset: Asset) => string): boolean {
  const concerning = limits.map(({ definition }) => definition).filter((one) => counts(one, to(one.asset)));
  const isPair = (one: LimitDefinition): boolean => one.service !== undefined || one.payee !== undefined;
  return [true, false].some((pair) => {
    const alike = concerning.filter((one) => isPair(one) === pair);
    return alike.length > 0 && alike.every((one) => one.asset !== asset);
  });
}

export function ownWallet(agent: Pick<ReferenceAgent, 'id'>, asset: Asset): string {
  return `wal_${agent.id.slice(4)}_${asset.toLowerCase()}`;
}

export function walletFor(
  reference: ReferenceBook,
  agent: ReferenceAgent,
  asset: Asset,
  session: string | undefined,
): string {
  const named = session === undefined ? undefined : withAncestors(reference, session).find((one) => one.wallet);
  const principal = principalIn(reference, agent.id);
  return named?.wallet ?? (principal.funding === 'own' ? ownWallet(principal, asset) : treasury(asset));
}
