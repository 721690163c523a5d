import type { Asset } from '#domain';
import { SCENARIO_ORG, type CommandInput } from '../../book-scenario.js';
import type { ModelWorld } from '../model-world.js';
import { FIRST_USE } from '../opening.js';
import { approvalRule, setThreshold } from '../reference-approvals.js';
import {
  agentByHandle,
  isOver,
  noteRequestPaid,
  type ReferencePayment,
  type ReferenceThreshold,
} from '../reference-book.js';
import { isAbroad } from '../reference-clearing.js';
import { requestAgainstPayment } from '../reference-requests.js';
import type { Asked, Rolling, Verdict } from '../reference-rules.js';
import { asRecorded, HANDLES, PASSES, pickLiving, pickSession, refused, type Step } from './step.js';
import { ownWallet } from './pay.js';
import { release } from './ending.js';

/** Somebody approves or denies the payment that was made as the `number`th. */
export class Decide implements Step {
  constructor(
    readonly what: 'approve' | 'deny',
    readonly number: number,
  ) {}
  describe(): string {
    return `${this.what} payment #${this.number}`;
  }
  run(world: ModelWorld): boolean {
    const { reference, now } = world;
    const payment = pickLiving(reference.payments, (one) => one.status === 'pending_approval', this.number);
    if (!payment) return false;
    const id = payment.id.replace('pay_', 'apr_');
    const command: CommandInput = { type: `approval.${this.what}`, approval_id: id };
    if (payment.status !== 'pending_approval') {
      const code = payment.approval ? 'approval_not_pending' : 'approval_not_found';
      world.expect(command, refused(code, 'approval', id));
    } else if (this.what === 'deny' || now >= payment.expires_at) {
      world.expect(command, PASSES);
      release(payment, 'voided');
    } else {
      const ended = requestEnded(world, payment);
      const rule = (rolling: Rolling) => ended ?? approvalRule(reference, payment, askedOf(world, payment), rolling);
      if (world.expect(command, asRecorded(rule('exact')), asRecorded(rule('widest')))) {
        goOn(payment, now);
        if (payment.captured > 0n) noteRequestPaid(reference, payment);
      }
    }
    return false;
  }
}

/** What it was to pay may be paid, taken back or turned down since. */
function requestEnded({ reference }: ModelWorld, payment: ReferencePayment): Verdict | undefined {
  const { id, request, agent, to, asset, held, authorized_at } = payment;
  if (request === undefined) return undefined;
  return requestAgainstPayment(reference, {
    request,
    payment: id,
    payer: agent,
    payee: reference.agents.find((one) => ownWallet(one, asset) === to)?.id,
    abroad: isAbroad(payment),
    amount: held,
    asset,
    capture: true,
    authorized_at,
  });
}

function goOn(payment: ReferencePayment, now: number): void {
  payment.status = payment.approval!.capture ? 'captured' : 'authorized';
  payment.expires_at = now + payment.approval!.hold_ms;
  if (!payment.approval!.capture) return;
  payment.captured = payment.held;
  payment.held = 0n;
}

function askedOf({ now }: ModelWorld, payment: ReferencePayment): Asked {
  return {
    org: SCENARIO_ORG,
    agent: payment.agent,
    ...(payment.session === undefined ? {} : { session: payment.session }),
    wallet: payment.from,
    to: payment.to,
    amount: payment.held,
    asset: payment.asset,
    capture: payment.approval!.capture,
    now,
    first_use_together: BigInt(FIRST_USE.together_per_day),
  };
}

export class SetThreshold implements Step {
  constructor(
    readonly whose: string | number | undefined,
    readonly amount: number | undefined,
    readonly asset: Asset,
  ) {}
  describe(): string {
    const whose = typeof this.whose === 'number' ? `session #${this.whose}` : (this.whose ?? 'the org');
    return `${this.amount === undefined ? 'no approvals' : `approvals above ${this.amount} ${this.asset}`} for ${whose}`;
  }
  run(world: ModelWorld): boolean {
    const { reference } = world;
    const threshold: ReferenceThreshold | undefined =
      this.amount === undefined ? undefined : { amount: BigInt(this.amount), asset: this.asset };
    const approval_above = threshold ? { ...threshold, amount: threshold.amount.toString() } : null;
    if (this.whose === undefined) {
      world.expect({ type: 'organization.change', approval_above }, PASSES);
      setThreshold(reference, 'organization', threshold);
    } else if (typeof this.whose === 'string') {
      const agent = agentByHandle(reference, this.whose);
      if (!agent) return false;
      const living = agent.status === 'revoked' ? refused('agent_not_active', 'agent', agent.id) : PASSES;
      if (world.expect({ type: 'agent.change', agent: agent.id, approval_above }, living))
        setThreshold(reference, { agent: agent.id }, threshold);
    } else {
      const session = pickSession(reference, this.whose);
      if (!session) return false;
      const fits = !threshold || threshold.asset === session.asset;
      const open = fits ? PASSES : refused('asset_mismatch', 'request', 'approval_above');
      const isClosed = session.closed || isOver(session, world.now);
      const expected = isClosed ? refused('session_not_open', 'session', session.id) : open;
      if (world.expect({ type: 'session.change', session_id: session.id, approval_above }, expected))
        setThreshold(reference, { session: session.id }, threshold);
    }
    return false;
  }
}

export class Grant implements Step {
  constructor(
    readonly handle: string | undefined,
    readonly payee: number,
    readonly maximum: number,
    readonly asset: Asset,
    readonly per: 'day' | 'lifetime',
    readonly expires_in_s: number | undefined,
  ) {}
  describe(): string {
    const to = this.payee < 2 ? `service ${this.payee}` : `agent ${HANDLES[this.payee - 2]}`;
    const time = this.expires_in_s === undefined ? '' : ` for ${this.expires_in_s} s`;
    return `grant ${this.handle ?? 'all'} ${this.maximum} ${this.asset} per ${this.per} to ${to}${time}`;
  }
  run(world: ModelWorld): boolean {
    const { reference, now } = world;
    const agent = this.handle === undefined ? undefined : agentByHandle(reference, this.handle);
    const payee = this.payee < 2 ? undefined : agentByHandle(reference, HANDLES[this.payee - 2]!);
    if ((this.handle !== undefined && !agent) || (this.payee >= 2 && !payee)) return false;
    const id = world.freshId();
    const command: CommandInput = {
      type: 'grant.create',
      fresh_id: id,
      ...(agent ? { agent: agent.id } : {}),
      payee: payee ? { agent: payee.id } : { service: `service-${this.payee}` },
      limit: { of: 'amount', per: this.per, maximum: this.maximum.toString(), asset: this.asset },
      ...(this.expires_in_s === undefined ? {} : { expires_in_ms: this.expires_in_s * 1000 }),
    };
    const living = agent?.status === 'revoked' ? refused('agent_not_active', 'agent', agent.id) : PASSES;
    if (!world.expect(command, living)) return false;
    reference.grants.push({
      id: `grt_${id}`,
      ...(agent ? { agent: agent.id } : {}),
      to: payee ? ownWallet(payee, this.asset) : `service:service-${this.payee}:${this.asset}`,
      asset: this.asset,
      per: this.per,
      maximum: BigInt(this.maximum),
      ...(this.expires_in_s === undefined ? {} : { expires_at: now + this.expires_in_s * 1000 }),
    });
    return false;
  }
}

export class RevokeGrant implements Step {
  constructor(readonly number: number) {}
  describe(): string {
    return `revoke grant #${this.number}`;
  }
  run(world: ModelWorld): boolean {
    const { grants } = world.reference;
    const grant = grants[this.number % Math.max(1, grants.length)];
    if (!grant || world.overlay.grants.get(grant.id) === undefined) return false;
    world.expect({ type: 'grant.revoke', grant_id: grant.id }, PASSES);
    world.reference.grants = grants.filter((one) => one !== grant);
    return false;
  }
}
