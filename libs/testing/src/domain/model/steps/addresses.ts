import { transferKey, type Credential } from '#domain';
import { SCENARIO_ORG } from '../../book-scenario.js';
import type { Expectation } from '../expectation.js';
import type { ModelWorld } from '../model-world.js';
import { FIRST_USE } from '../opening.js';
import { grantFor, isAboveThreshold, strictestThreshold } from '../reference-approvals.js';
import { agentByHandle, principalIn, withParents, type ReferenceAgent, type ReferenceBook } from '../reference-book.js';
import { bindingRule, type Rolling, type Verdict } from '../reference-rules.js';
import { isFreeBy, ownWallet, walletFor } from './pay.js';
import { asRecorded, PASSES, refused, type Step } from './step.js';

export const addressOf = (number: number): string => `0x${number.toString(16).padStart(40, '0')}`;

/** Gives an address to an agent, or takes it away. */
export class ChangeAddress implements Step {
  constructor(
    readonly what: 'register' | 'remove',
    readonly handle: string,
    readonly number: number,
  ) {}
  describe(): string {
    return `${this.what} the address ${this.number} of ${this.handle}`;
  }
  run(world: ModelWorld): boolean {
    const { reference } = world;
    const agent = agentByHandle(reference, this.handle);
    if (!agent) return false;
    const address = addressOf(this.number);
    const [type, same] = [`agent.${this.what}_address` as const, { agent: agent.id, address }];
    const command =
      type === 'agent.register_address' ? { type, ...same, proof: { signature: 'signature' } } : { type, ...same };
    const holder = holderOf(reference, address);
    const expected = this.what === 'register' ? registered(reference, agent, holder) : removed(agent, holder);
    if (!world.expect(command, expected)) return false;
    if (this.what === 'register' && holder === agent) return false;
    for (const one of reference.agents) one.addresses = one.addresses?.filter((other) => other !== address);
    if (this.what === 'register') agent.addresses = [...(agent.addresses ?? []), address];
    return false;
  }
}

function holderOf(reference: ReferenceBook, address: string): ReferenceAgent | undefined {
  return reference.agents.find(({ addresses }) => addresses?.includes(address));
}

function registered(reference: ReferenceBook, agent: ReferenceAgent, holder: ReferenceAgent | undefined): Expectation {
  if (agent.status === 'revoked') return refused('agent_not_active', 'agent', agent.id);
  const isLive = holder && withParents(reference, holder.id).every(({ status }) => status !== 'revoked');
  if (isLive && holder !== agent) return refused('address_taken', 'agent', holder.id);
  const isFull = (agent.addresses ?? []).length >= 8 && holder !== agent;
  return isFull ? refused('addresses_too_many', 'agent', agent.id) : PASSES;
}

function removed(agent: ReferenceAgent, holder: ReferenceAgent | undefined): Expectation {
  return holder === agent ? PASSES : refused('address_not_registered', 'agent', agent.id);
}

export interface SignedFields {
  number: number;
  payee: string;
  amount: number;
  /** Few, so that one authorization comes again, for the same payee and for another. */
  nonce: number;
  attempt: number;
}

/** What was signed with the key of an address, brought by a key of the org. */
export class PaySigned implements Step {
  constructor(readonly fields: SignedFields) {}
  describe(): string {
    const { number, payee, amount, nonce, attempt } = this.fields;
    return `the address ${number} has signed ${amount} for ${payee} as ${nonce}, attempt ${attempt}`;
  }
  run(world: ModelWorld): boolean {
    const { reference, now } = world;
    const { number, nonce, attempt } = this.fields;
    const payee = agentByHandle(reference, this.fields.payee);
    const holder = holderOf(reference, addressOf(number));
    if (!payee) return false;
    const payer = holder ?? reference.agents[0];
    if (!payer) return false;
    const credential: Credential = { subject: payer.id, proven_by: 'settlement', address: addressOf(number) };
    const authorization = { network: 'n', token: 't', nonce: `${nonce}` };
    const amount = BigInt(this.fields.amount);
    const command = {
      type: 'payment.transfer_signed' as const,
      fresh_id: world.freshId(),
      credential,
      authorization,
      redeemer: { subject: 'key_admin', proof: 'admin proof' },
      payee: { agent: payee.id, org: SCENARIO_ORG },
      amount,
      asset: 'USD' as const,
      terms_hash: 'terms',
      key: transferKey({ credential, authorization }),
      fingerprint: `${attempt}`,
    };
    const refusal = holder ? this.#refusal(reference, payer, payee, command.key) : unknown(payer);
    if (refusal) {
      world.expect(command, refusal);
      return false;
    }
    const wallet = walletFor(reference, payer, 'USD', undefined);
    const asked = {
      org: SCENARIO_ORG,
      agent: payer.id,
      wallet,
      to: ownWallet(payee, 'USD'),
      amount,
      asset: 'USD' as const,
      capture: true,
      now,
      first_use_together: BigInt(FIRST_USE.together_per_day),
    };
    const above = isAboveThreshold(reference, asked);
    const grant = above ? grantFor(reference, asked) : undefined;
    const rule = (rolling: Rolling): Verdict | undefined =>
      bindingRule(reference, asked, rolling) ?? (above && !grant ? strictestThreshold(reference, asked) : undefined);
    const passed = world.expect(command, asRecorded(rule('exact')), asRecorded(rule('widest')));
    reference.payments.push({
      id: `pay_${command.fresh_id}`,
      agent: payer.id,
      asset: 'USD',
      from: wallet,
      to: asked.to,
      first_use: principalIn(reference, payer.id).origin === 'first_use',
      authorized_at: now,
      expires_at: now,
      ...(passed && grant ? { grant: grant.id } : {}),
      status: passed ? 'captured' : 'declined',
      held: 0n,
      captured: passed ? amount : 0n,
      refunded: 0n,
    });
    reference.keys.push({
      payer: SCENARIO_ORG,
      key: command.key,
      fingerprint: `${payee.id} ${attempt}`,
      sequence: reference.sequence,
      payment: `pay_${command.fresh_id}`,
    });
    return false;
  }

  /** Why it is not even looked at by its rules, or what it was answered before. */
  #refusal(
    reference: ReferenceBook,
    payer: ReferenceAgent,
    payee: ReferenceAgent,
    key: string,
  ): Expectation | undefined {
    const revoked = withParents(reference, payer.id).find(({ status }) => status === 'revoked');
    if (revoked) return refused('agent_revoked', 'agent', revoked.id);
    const known = reference.keys.find((one) => one.payer === SCENARIO_ORG && one.key === key);
    if (known) return this.#known(reference, payee, known);
    if (payee.status === 'revoked') return refused('payee_not_found', 'agent', payee.id);
    if (payee === payer) return refused('payee_is_payer', 'agent', payee.id);
    const isFree = ({ limits }: Pick<ReferenceAgent, 'limits'>): boolean =>
      isFreeBy(limits, 'USD', (asset) => ownWallet(payee, asset));
    const uncovered = withParents(reference, payer.id).find(isFree);
    if (uncovered) return refused('asset_mismatch', 'agent', uncovered.id);
    return isFree(reference) ? refused('asset_mismatch', 'organization', SCENARIO_ORG) : undefined;
  }

  #known(reference: ReferenceBook, payee: ReferenceAgent, known: ReferenceBook['keys'][number]): Expectation {
    const payment = reference.payments.find(({ id }) => id === known.payment);
    const [before, attempt] = known.fingerprint.split(' ');
    if (before !== payee.id) return refused('duplicate_settlement', 'request', 'nonce');
    if (payment?.status === 'declined' || attempt === `${this.fields.attempt}`) return { replays: known.sequence };
    return refused('duplicate_settlement', 'payment', known.payment!);
  }
}

function unknown(payer: ReferenceAgent): Expectation {
  return refused('address_not_registered', 'agent', payer.id);
}
