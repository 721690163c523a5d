import type { ApprovalThreshold } from './approvals.js';
import type { Asset } from './money.js';
import type { Protocol } from './parties.js';
import type { RefusalCode } from './declines.js';
import type { AddressProof, ClearingSource, FirstUseSettings, Labels, Role, SessionMode } from './events/index.js';
import type { NamedWalletKind } from './accounts.js';
import type { Breakers } from './breakers.js';
import type { LimitDefinition, LimitKind } from './limits.js';
import type { SpendLists } from './lists.js';
import type { AgentStatus, SessionStatus } from './state.js';

/**
 * Who acts. At the edge the token is split into its subject and the hash of the whole token; on the bus the connection
 * was authenticated by the server and the subject stands in the message's subject, so there is nothing to prove.
 */
export type Credential =
  | { subject: string; proof: string; session?: { subject: string; proof: string } }
  | { subject: string; proven_by: 'bus' | 'owner' }
  /** Of another org, whose owner has verified it for settlement; `payee` where it speaks for one agent of it only. */
  | { subject: string; proven_by: 'settlement'; payee_org: string; payee?: { agent_id: string; handle: string } }
  /** An agent by what was signed with the key of this address of its, which settlement has verified. */
  | { subject: string; proven_by: 'settlement'; address: string }
  /** Settlement itself, for payments to this paid service, which it calls. */
  | { subject: string; proven_by: 'settlement'; service: string };

/** Fields of every command. Ids and time come in with it: deciding draws neither (D3). */
export interface CommandHeader {
  org: string;
  credential: Credential;
  /** 32 hex digits of a UUIDv7, from which the ids of what this command makes are built: `pay_<fresh_id>`. */
  fresh_id: string;
  /** Idempotency key and the versioned hash of the normalised caller fields; both or none. */
  key?: string;
  fingerprint?: string;
  /** Milliseconds since the epoch after which the command is dropped undecided. */
  deadline?: number;
  /** The answer brings what a receipt needs beside the event, so that nobody has to ask again. */
  with_evidence?: true;
}

export interface CreateOrganization extends CommandHeader {
  type: 'organization.create';
  name: string;
  default_asset: Asset;
  first_use: FirstUseSettings;
  admin_key: { key_id: string; token_hash: string };
  initial_amount: bigint;
}

/** How a list of limits is changed. Applied inside the book to what stands there then, so that no change undoes another (E6). */
export interface LimitChanges {
  /** The whole new list; absent leaves the limits as they are. */
  limits?: readonly LimitDefinition[];
  /** Kinds to lift. */
  lift_limits?: readonly LimitKind[];
  /** Limits to set, each in place of the one of its name or beside the others. Applied after `lift_limits`. */
  set_limits?: readonly LimitDefinition[];
}

export interface ChangeOrganization extends CommandHeader, LimitChanges {
  type: 'organization.change';
  name?: string;
  /** Members that are given replace those of the org's defaults for unseen agents; amounts in units. */
  first_use?: Partial<FirstUseSettings>;
  lists?: SpendLists | null;
  approval_above?: ApprovalThreshold | null;
  /** Whether its agents take payments from other orgs. */
  accept_foreign_payments?: boolean;
}

export interface IssueKey extends CommandHeader {
  type: 'key.issue';
  key_id: string;
  role: Role;
  name: string;
  token_hash: string;
}

/** Whoever runs Bursar lets back into an org all of whose admin keys are lost; vouched for by the edge, as its creation is. */
export interface IssueAdminKey extends CommandHeader {
  type: 'organization.issue_admin_key';
  key_id: string;
  name: string;
  token_hash: string;
}

export interface RevokeKey extends CommandHeader {
  type: 'key.revoke';
  key_id: string;
}

export interface RegisterAgent extends CommandHeader {
  type: 'agent.register';
  handle: string;
  parent_agent?: string;
  limits: readonly LimitDefinition[];
  protocols?: readonly Protocol[];
  lists?: SpendLists;
  approval_above?: ApprovalThreshold;
  breakers?: Breakers;
  funding: 'treasury' | 'own';
  token_hash: string;
}

export interface ChangeAgent extends CommandHeader, LimitChanges {
  type: 'agent.change';
  agent: string;
  protocols?: readonly Protocol[] | null;
  lists?: SpendLists | null;
  approval_above?: ApprovalThreshold | null;
  breakers?: Breakers | null;
  funding?: 'treasury' | 'own';
}

/** Makes an agent that spends in another's name: at most `amount` in all, and everything it spends carries the labels. */
export interface ScopeAgent extends CommandHeader {
  type: 'agent.scope';
  /** Id or handle of the one whose money it spends; absent means the token's agent, else the org's agent `default`. */
  agent?: string;
  scoped_agent_id: string;
  amount: bigint;
  asset: Asset;
  labels: Labels;
}

export interface FreezeAgent extends CommandHeader {
  type: 'agent.freeze';
  agent: string;
  reason: string;
}
export interface UnfreezeAgent extends CommandHeader {
  type: 'agent.unfreeze';
  agent: string;
}
export interface RevokeAgent extends CommandHeader {
  type: 'agent.revoke';
  /** Id or handle, or the revocation id that was given at registration. */
  agent?: string;
  revocation_id?: string;
}
export interface RotateAgentToken extends CommandHeader {
  type: 'agent.rotate_token';
  agent: string;
  token_hash: string;
  overlap_ms: number;
}

/** Settlement has verified the proof: whoever holds the address's key agrees. */
export interface RegisterAddress extends CommandHeader {
  type: 'agent.register_address';
  agent: string;
  /** In lower case. */
  address: string;
  proof: AddressProof;
}

export interface RemoveAddress extends CommandHeader {
  type: 'agent.remove_address';
  agent: string;
  address: string;
}

export interface OpenSession extends CommandHeader {
  type: 'session.open';
  parent_session_id?: string;
  agent?: string;
  participants?: readonly string[];
  asset: Asset;
  budget: bigint;
  mode: SessionMode;
  labels: Labels;
  limits?: readonly LimitDefinition[];
  lists?: SpendLists;
  approval_above?: ApprovalThreshold;
  wallet_id?: string;
  expires_in_ms?: number;
  token_hash: string;
  description_hash?: string;
}

export interface ChangeSession extends CommandHeader, LimitChanges {
  type: 'session.change';
  session_id: string;
  budget?: bigint;
  /** From now; null lifts the expiry. */
  expires_in_ms?: number | null;
  lists?: SpendLists | null;
  approval_above?: ApprovalThreshold | null;
}

export interface CloseSession extends CommandHeader {
  type: 'session.close';
  session_id: string;
}

export interface TopUp extends CommandHeader {
  type: 'topup';
  target: { wallet_id: string } | { session_id: string } | { agent: string };
  amount: bigint;
  asset: Asset;
  /** When given it is also the command's key, in the org's scope of references (C6). */
  reference?: string;
}

/** A wallet of the org's own for money that is kept apart: escrow, fees. */
export interface OpenWallet extends CommandHeader {
  type: 'wallet.open';
  kind: NamedWalletKind;
  name: string;
  asset: Asset;
}

/** Moves free money between two wallets of the org. */
export interface TransferMoney extends CommandHeader {
  type: 'wallet.transfer';
  from_wallet_id: string;
  to_wallet_id: string;
  amount: bigint;
  asset: Asset;
  reason?: string;
}

/** An agent by its id or handle; with `org` where it may be another's. */
export interface NamedPayee {
  agent: string;
  org?: string;
  /** By which the payer named it: in the payer's own book it must be the agent's. */
  address?: string;
}

export interface AuthorizePayment extends CommandHeader {
  type: 'payment.authorize';
  /** Id or handle; absent means the session's agent, else the org's agent `default`. */
  agent?: string;
  session_id?: string;
  payee: NamedPayee | { service: string };
  amount: bigint;
  asset: Asset;
  /** True: authorize and capture in one decision. */
  capture: boolean;
  protocol: Protocol;
  labels: Labels;
  category?: string;
  expires_in_ms?: number;
  /** Salted hash of the memo, whose text and salt lie beside the log (D20). */
  memo_hash?: string;
  /** Salted hash of what a paid service is asked, which lies beside the log (D20). */
  request_hash?: string;
  /** The hold is dispatched in the same decision, and its outcome becomes unknown after this long: the call follows at once (D12). */
  dispatched_for_ms?: number;
  /** Of the challenge that it answers (x402). */
  terms_hash?: string;
  /** When that challenge ends: nothing is held for it then, nor for longer. */
  not_after?: number;
  /** Declined where it would have to wait for an approval: whoever asks cannot wait. */
  no_waiting?: true;
  /** Free text, or the id of the payment request that this pays. */
  request_id?: string;
  /** What the book of another org has said of the payment request. */
  request_there?: { ended?: RefusalCode; expires_at?: number };
}

/** Asks an agent for money. */
export interface OpenPaymentRequest extends CommandHeader {
  type: 'request.open';
  /** Id or handle of who is to be paid; absent means the token's agent. */
  payee?: string;
  payer: { agent: string; org?: string };
  amount: bigint;
  asset: Asset;
  labels: Labels;
  category?: string;
  expires_in_ms?: number;
  memo_hash?: string;
}

/** The payee asks no longer. */
export interface CancelPaymentRequest extends CommandHeader {
  type: 'request.cancel';
  request_id: string;
}

/** The payer will not pay. */
export interface DeclinePaymentRequest extends CommandHeader {
  type: 'request.decline';
  request_id: string;
  /** The payer's org, where its book's owner has verified who acts for it. */
  payer_org?: string;
}

/**
 * Authorizes and captures what the payer has signed with the key of one of its addresses, for the payee that asks (x402 `exact` as
 * EVM wallets sign it). Its key is made of the authorization, so that it is paid once, whoever brings it and however often.
 */
export interface TransferSigned extends CommandHeader {
  type: 'payment.transfer_signed';
  /** Names the authorization among all that the address's key has signed, with the address in `credential`. */
  authorization: { network: string; token: string; nonce: string };
  /** Who asks: by whom is paid, or whoever speaks for it. */
  redeemer: Credential;
  payee: NamedPayee;
  amount: bigint;
  asset: Asset;
  /** Of what was signed. */
  terms_hash: string;
}

export interface CapturePayment extends CommandHeader {
  type: 'payment.capture';
  payment_id: string;
  /** Absent: all that is held. */
  amount?: bigint;
  /** Release what is left of the hold. */
  final: boolean;
  /** Salted hash of a paid service's answer, which lies beside the log (D20). */
  answer_hash?: string;
}

/**
 * By whom is paid, with the token that the payer gave out for the hold (x402): settlement has verified the token. However it comes
 * back, it ends the hold once; its key is the payment's, and the fingerprint tells one redeemer's retries from everybody else's.
 */
export interface RedeemPayment extends CommandHeader {
  type: 'payment.redeem';
  payment_id: string;
  /** `confirm` makes the hold firm before the payee begins; `capture` and `release` end it. */
  step: 'confirm' | 'capture' | 'release';
  /** Of the challenge that the token answers: it must be that of the hold. */
  terms_hash: string;
  /** What is captured; absent: all that is held. 0 releases it and is a capture all the same. */
  amount?: bigint;
}

export interface VoidPayment extends CommandHeader {
  type: 'payment.void';
  payment_id: string;
}

export interface RefundPayment extends CommandHeader {
  type: 'payment.refund';
  payment_id: string;
  /** Absent: all that was captured and not yet refunded. */
  amount?: bigint;
  reason?: string;
}

/** Said before any call to the outside: from here on the hold never lapses by itself (D12). */
export interface DispatchPayment extends CommandHeader {
  type: 'payment.dispatch';
  payment_id: string;
  /** When its outcome becomes unknown, from now; absent: as the settings say. */
  dispatched_for_ms?: number;
}

export interface ApprovePayment extends CommandHeader {
  type: 'approval.approve';
  approval_id: string;
}

export interface DenyPayment extends CommandHeader {
  type: 'approval.deny';
  approval_id: string;
  explanation?: string;
}

export interface CreateGrant extends CommandHeader {
  type: 'grant.create';
  /** Id or handle of who may use it; absent means any agent of the org. */
  agent?: string;
  payee: { agent: string } | { service: string };
  /** An amount, per anything but a payment. */
  limit: LimitDefinition;
  expires_in_ms?: number;
}

export interface RevokeGrant extends CommandHeader {
  type: 'grant.revoke';
  grant_id: string;
}

/** Lets an undispatched hold live until `expires_in_ms` from now. */
export interface ExtendPayment extends CommandHeader {
  type: 'payment.extend';
  payment_id: string;
  expires_in_ms: number;
}

/** Says what became of a payment that has gone to the outside (D12). */
export interface ResolvePayment extends CommandHeader {
  type: 'payment.resolve';
  payment_id: string;
  outcome: 'captured' | 'voided';
  /** What was captured outside, at most what is held; absent: all that is held. */
  amount?: bigint;
}

/** The owner's own: a hold whose time has come expires, or becomes unknown where it was dispatched. */
export interface LapsePayment extends CommandHeader {
  type: 'payment.lapse';
  payment_id: string;
}

/** The owner's own: a reserved session whose time is over gives back what it has not spent. */
export interface LapseSession extends CommandHeader {
  type: 'session.lapse';
  session_id: string;
}

/** One book's owner to another's: this much has left a wallet here for an agent there (D15). Its key is the payment. */
export interface CreditClearing extends CommandHeader {
  type: 'clearing.credit';
  source: ClearingSource;
  /** Id or handle, as the payer named it. */
  payee: string;
  amount: bigint;
  asset: Asset;
  /** As the payment names it. */
  request_id?: string;
  /** Who paid, and when the payer's book let it pay: for the payment request that it may pay. */
  payer_id?: string;
  authorized_at?: number;
}

/** The owner's own: what the payee's book answered. */
export interface SettleClearing extends CommandHeader {
  type: 'clearing.settle';
  payment_id: string;
  outcome: { credited: { agent_id: string; handle: string } } | { refused: RefusalCode };
}

/** The payee's book's owner to the payer's: this much of a payment is given back (D15). Its key is the refund. */
export interface ReturnClearing extends CommandHeader {
  type: 'clearing.return';
  payment_id: string;
  /** The org that gives it back. */
  payee_org: string;
  /** Who had the money, as that org knows it. */
  payee: { agent_id: string; handle: string };
  refund_id: string;
  amount: bigint;
  asset: Asset;
  reason?: string;
}

/** The owner's own: the payer's book has taken a refund. */
export interface SettleReturn extends CommandHeader {
  type: 'clearing.settle_return';
  refund_id: string;
}

export type Command =
  | CreditClearing
  | SettleClearing
  | ReturnClearing
  | SettleReturn
  | CreateOrganization
  | ChangeOrganization
  | IssueAdminKey
  | IssueKey
  | RevokeKey
  | RegisterAgent
  | ChangeAgent
  | ScopeAgent
  | FreezeAgent
  | UnfreezeAgent
  | RevokeAgent
  | RotateAgentToken
  | RegisterAddress
  | RemoveAddress
  | OpenSession
  | ChangeSession
  | CloseSession
  | TopUp
  | OpenWallet
  | TransferMoney
  | AuthorizePayment
  | OpenPaymentRequest
  | CancelPaymentRequest
  | DeclinePaymentRequest
  | TransferSigned
  | CapturePayment
  | RedeemPayment
  | VoidPayment
  | RefundPayment
  | DispatchPayment
  | ApprovePayment
  | DenyPayment
  | CreateGrant
  | RevokeGrant
  | ExtendPayment
  | ResolvePayment
  | LapsePayment
  | LapseSession;

/** Questions that append nothing; answered by the owner so that a caller reads its own writes (D11). */
export type Query =
  | (CommandHeader & { type: 'query.agent'; agent: string })
  /** At most `limit` in order of their ids, those that follow the id `after`. */
  | (CommandHeader & { type: 'query.agents'; limit: number; after?: string; status?: AgentStatus; parent?: string })
  | (CommandHeader & { type: 'query.session'; session_id: string })
  /** Those at the top of what the caller sees, or directly below `parent`; in order of their ids. */
  | (CommandHeader & {
      type: 'query.sessions';
      limit: number;
      after?: string;
      status?: SessionStatus;
      parent?: string;
    })
  | (CommandHeader & { type: 'query.organization' })
  /** Whether the org takes payments of other orgs; asked before anything of it is shown to one. */
  | (CommandHeader & { type: 'query.foreign_payments' })
  /** At most `limit` in order of their ids, those that follow the id `after`. */
  | (CommandHeader & { type: 'query.wallets'; limit?: number; after?: string })
  | (CommandHeader & { type: 'query.keys'; limit: number; after?: string })
  /** What waits for an approval, in order of the ids. */
  | (CommandHeader & { type: 'query.approvals'; limit: number; after?: string })
  | (CommandHeader & { type: 'query.grants'; limit: number; after?: string })
  /** What a payment would be answered now, and why: a dry run. Its key is looked up and never bound (D6). */
  | (Omit<AuthorizePayment, 'type'> & { type: 'query.decision' })
  | (CommandHeader & { type: 'query.payment'; payment_id: string })
  /** Whether a token for the hold could be redeemed now, and for how much; asked before the work is done. */
  | (Omit<RedeemPayment, 'type' | 'step'> & { type: 'query.redemption' })
  /** Whether what the payer has signed could be settled now. Its key is looked up and never bound (D6). */
  | (Omit<TransferSigned, 'type'> & { type: 'query.signed_transfer' })
  | (CommandHeader & { type: 'query.payment_by_key'; key: string; agent?: string })
  /** `payer_org`: asked for that org, whose own book verifies who may see it there. */
  | (CommandHeader & { type: 'query.payment_request'; request_id: string; payer_org?: string })
  /** Does the credential speak for this agent, whom another org has asked for money? */
  | (CommandHeader & { type: 'query.asked_agent'; agent: string; acts?: true })
  /** Is the credential good, and what is it? Asked by the NATS auth callout and by reads of projections. */
  | (CommandHeader & { type: 'query.credential' });

export type CommandType = Command['type'];
export type QueryType = Query['type'];
