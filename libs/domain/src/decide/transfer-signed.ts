import type { AuthorizePayment, TransferSigned } from '../commands/index.js';
import { isPaymentEvent, OWN_KEY, type PaymentEvent } from '../events/index.js';
import type { BoundKey } from '../facts.js';
import { principalOf } from '../principal.js';
import { findAgent, redeemerOf, type Actor } from './authority.js';
import { preparePayment } from './prepare-payment.js';
import { decidePrepared } from './authorize.js';
import { NeedsFactsSignal, refuse, type DecideContext, type Decision } from './context.js';
import { requirePayee } from './redeem.js';

type Context = DecideContext<TransferSigned>;

/**
 * Pays what the payer has signed (`actor`, by its address), for the payee that asks. One authorization is decided once: what moved
 * money is a duplicate for everybody but a retry of the same attempt (the same fingerprint), and what was declined stays so,
 * since its payer may have been told so and have signed another.
 */
export function decideTransferSigned(context: Context, actor: Actor): Decision {
  const { state, command, now } = context;
  const redeemer = redeemerOf(state, command, now);
  const bound = settledBefore(context, redeemer);
  if (bound) return { kind: 'replay', bound };
  const { key: _key, ...asked } = authorizationOf(command);
  const prepared = preparePayment({ ...context, command: asked }, actor);
  if ('bound' in prepared) throw new Error('what has no key was bound before');
  requirePayee(state, redeemer, prepared.details.payee, prepared.details.payment_id);
  return decidePrepared({ ...context, command: authorizationOf(command) }, actor, prepared);
}

/** The payment that is signed for, as its rules look at it. */
function authorizationOf(command: TransferSigned): AuthorizePayment {
  const { authorization: _authorization, redeemer: _redeemer, type: _type, ...same } = command;
  return { type: 'payment.authorize', ...same, capture: true, protocol: 'x402', labels: {}, no_waiting: true };
}

/** The key of an authorization, in the org's scope: an address that went to another agent brings nothing back. */
export function transferKey({
  credential,
  authorization,
}: Pick<TransferSigned, 'credential' | 'authorization'>): string {
  const { network, token, nonce } = authorization;
  const from = 'address' in credential ? credential.address : credential.subject;
  return `${OWN_KEY}signed:${network}:${token}:${from}:${nonce}`;
}

function settledBefore(context: Context, redeemer: Actor): BoundKey | undefined {
  const { state, facts, command } = context;
  const { org: scope, key, fingerprint } = command;
  if (key !== transferKey(command)) throw new Error('a signed transfer is known by the key of its authorization');
  const bound = facts.boundKey(scope, key);
  if (bound === undefined) throw new NeedsFactsSignal({ keys: [{ scope, key }] });
  if (bound === null) return undefined;
  const { event } = bound;
  if (!isPaymentEvent(event)) throw new Error(`${key} is bound to ${event.type}`);
  // Whose authorization it was is told to its payee only.
  if (!isSamePayee(context, event)) refuse('duplicate_settlement', 'request', 'nonce');
  requirePayee(state, redeemer, event.payee, event.payment_id);
  if (event.type !== 'payment.declined' && bound.fingerprint !== fingerprint)
    refuse('duplicate_settlement', 'payment', event.payment_id);
  return bound;
}

function isSamePayee({ state, command }: Context, { payee }: PaymentEvent): boolean {
  const { agent, org } = command.payee;
  if ('payee_org' in payee) return payee.payee_org === org && payee.handle === agent;
  const named = findAgent(state, agent);
  return 'agent_id' in payee && named !== undefined && principalOf(state, named).id === payee.agent_id;
}
