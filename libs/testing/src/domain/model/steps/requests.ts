import type { Asset } from '#domain';
import { OWNER, type CommandInput } from '../../book-scenario.js';
import type { ModelWorld } from '../model-world.js';
import { agentByHandle, agentById, type ReferenceBook } from '../reference-book.js';
import { ABROAD } from '../reference-clearing.js';
import { endOfRequest, type ReferenceRequest } from '../reference-requests.js';
import { FOREIGN, Pay, type PayFields } from './pay.js';
import { asRefused, HANDLES, PASSES, pickLiving, refused, type Step } from './step.js';

/** Who is asked in the other org. */
export const STRANGER = 'stranger';

export function pickRequest(reference: ReferenceBook, number: number): ReferenceRequest | undefined {
  return pickLiving(reference.requests, ({ status }) => status === 'open', number);
}

/** An agent asks another, or one of the other org, for money. */
export class Ask implements Step {
  constructor(
    readonly payee: string,
    /** Undefined: one of the other org. */
    readonly payer: string | undefined,
    readonly amount: number,
    readonly asset: Asset,
    readonly expires_in_s: number | undefined,
  ) {}
  describe(): string {
    return `${this.payee} asks ${this.payer ?? 'the other org'} for ${this.amount} ${this.asset}`;
  }
  run(world: ModelWorld): boolean {
    const { reference, now } = world;
    const fresh_id = world.freshId();
    const command: CommandInput = {
      type: 'request.open',
      fresh_id,
      payee: this.payee,
      payer: this.payer === undefined ? { agent: STRANGER, org: ABROAD } : { agent: this.payer },
      amount: BigInt(this.amount),
      asset: this.asset,
      labels: {},
      ...(this.expires_in_s === undefined ? {} : { expires_in_ms: this.expires_in_s * 1000 }),
    };
    const payee = agentByHandle(reference, this.payee);
    const payer = this.payer === undefined ? undefined : agentByHandle(reference, this.payer);
    const isNobody = this.payer !== undefined && (!payer || payer.status === 'revoked');
    if (!payee) world.expect(command, refused('agent_not_found', 'agent', this.payee));
    else if (payee.status === 'revoked') world.expect(command, refused('payee_not_found', 'agent', this.payee));
    else if (isNobody) world.expect(command, refused('agent_not_found', 'agent', this.payer));
    else if (payer?.id === payee.id) world.expect(command, refused('payee_is_payer', 'agent', payee.id));
    else {
      world.expect(command, PASSES);
      reference.requests.push({
        id: `req_${fresh_id}`,
        payee: payee.id,
        ...(payer ? { payer: payer.id } : {}),
        asset: this.asset,
        amount: BigInt(this.amount),
        ...(this.expires_in_s === undefined ? {} : { expires_at: now + this.expires_in_s * 1000 }),
        status: 'open',
      });
    }
    return false;
  }
}

/** The payee takes a request back, or the payer turns it down. */
export class EndRequest implements Step {
  constructor(
    readonly what: 'cancel' | 'decline',
    readonly number: number,
  ) {}
  describe(): string {
    return `${this.what} request #${this.number}`;
  }
  run(world: ModelWorld): boolean {
    const request = pickRequest(world.reference, this.number);
    if (!request) return false;
    const byOther = this.what === 'decline' && request.payer === undefined;
    const command: CommandInput = {
      type: `request.${this.what}`,
      request_id: request.id,
      ...(byOther ? { credential: OWNER, payer_org: ABROAD } : {}),
    };
    const passed = world.expect(command, asRefused(endOfRequest(request, world.now)));
    if (passed) request.status = this.what === 'cancel' ? 'cancelled' : 'declined';
    return false;
  }
}

/** Pays a request: what it asks for mostly, and now and then something else, or in the name of somebody else. */
export class PayRequest implements Step {
  constructor(
    readonly number: number,
    readonly spoiled: 'nothing' | 'amount' | 'payer' | 'payee' | 'capture',
    readonly fields: Pick<PayFields, 'session' | 'key'>,
  ) {}
  describe(): string {
    return `pay request #${this.number}${this.spoiled === 'nothing' ? '' : ` with another ${this.spoiled}`}`;
  }
  run(world: ModelWorld): boolean {
    const { reference } = world;
    const request = pickRequest(reference, this.number);
    if (!request) return false;
    const payer = request.payer === undefined ? 'ada' : agentById(reference, request.payer).handle;
    const payee = 2 + HANDLES.indexOf(agentById(reference, request.payee).handle);
    return new Pay({
      ...this.fields,
      handle: this.spoiled === 'payer' ? 'cyd' : payer,
      payee: this.spoiled === 'payee' ? 0 : payee,
      amount: Number(request.amount) + (this.spoiled === 'amount' ? 1 : 0),
      asset: request.asset,
      capture: this.spoiled !== 'capture',
      expires_in_s: 60,
      request: request.id,
    }).run(world);
  }
}

/** Pays what an agent of the other org has asked for. */
export class PayRequestAbroad implements Step {
  constructor(
    readonly number: number,
    readonly handle: string,
    readonly amount: number,
    readonly capture: boolean,
  ) {}
  describe(): string {
    return `${this.handle} pays ${this.amount} for request ${this.number} of the other org`;
  }
  run(world: ModelWorld): boolean {
    return new Pay({
      handle: this.handle,
      payee: FOREIGN,
      amount: this.amount,
      asset: 'USD',
      capture: this.capture,
      session: undefined,
      expires_in_s: 60,
      key: undefined,
      request: `req_${this.number.toString(16).padStart(32, 'f')}`,
    }).run(world);
  }
}
