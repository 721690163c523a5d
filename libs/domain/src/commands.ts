import type { Asset } from './money.js';
import type { RefusalCode } from './declines.js';
import type { ClearingSource, FirstUseSettings, Labels, Protocol, Role, SessionMode } from './events.js';
import type { LimitDefinition, LimitKind } from './limits.js';

/**
 * Who acts. At the edge the token is split into its subject and the hash of the whole token; on the bus the connection
 * was authenticated by the server and the subject stands in the message's subject, so there is nothing to prove.
 */
export type Credential =
  | { subject: string; proof: string; session?: { subject: string; proof: string } }
  | { subject: string; proven_by: 'bus' | 'owner' };

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
}

export interface CreateOrganization extends CommandHeader {
  type: 'organization.create';
  name: string;
  default_asset: Asset;
  first_use: FirstUseSettings;
  admin_key: { key_id: string; token_hash: string };
  initial_amount: bigint;
}

export interface IssueKey extends CommandHeader {
  type: 'key.issue';
  key_id: string;
  role: Role;
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
  funding: 'treasury' | 'own';
  token_hash: string;
}

export interface ChangeAgent extends CommandHeader {
  type: 'agent.change';
  agent: string;
  /** The whole new list; absent leaves the limits as they are. */
  limits?: readonly LimitDefinition[];
  /** Kinds to lift. Applied inside the book to the list as it is then, so that no change undoes one beside it (E6). */
  lift_limits?: readonly LimitKind[];
  /** Limits to set, each in place of the one of its name or beside the others. Applied after `lift_limits`. */
  set_limits?: readonly LimitDefinition[];
  protocols?: readonly Protocol[] | null;
  funding?: 'treasury' | 'own';
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

export interface OpenSession extends CommandHeader {
  type: 'session.open';
  parent_session_id?: string;
  agent?: string;
  participants?: readonly string[];
  asset: Asset;
  budget: bigint;
  mode: SessionMode;
  labels: Labels;
  wallet_id?: string;
  expires_in_ms?: number;
  token_hash: string;
  description_hash?: string;
}

export interface ChangeSession extends CommandHeader {
  type: 'session.change';
  session_id: string;
  budget?: bigint;
  /** From now; null lifts the expiry. */
  expires_in_ms?: number | null;
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

export interface AuthorizePayment extends CommandHeader {
  type: 'payment.authorize';
  /** Id or handle; absent means the session's agent, else the org's agent `default`. */
  agent?: string;
  session_id?: string;
  payee: { agent: string; org?: string } | { service: string };
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
}

export interface CapturePayment extends CommandHeader {
  type: 'payment.capture';
  payment_id: string;
  /** Absent: all that is held. */
  amount?: bigint;
  /** Release what is left of the hold. */
  final: boolean;
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
}

/** The owner's own: a hold whose time has come expires, or becomes unknown where it was dispatched. */
export interface LapsePayment extends CommandHeader {
  type: 'payment.lapse';
  payment_id: string;
}

/** One book's owner to another's: this much has left a wallet here for an agent there (D15). Its key is the payment. */
export interface CreditClearing extends CommandHeader {
  type: 'clearing.credit';
  source: ClearingSource;
  /** Id or handle, as the payer named it. */
  payee: string;
  amount: bigint;
  asset: Asset;
}

/** The owner's own: what the payee's book answered. */
export interface SettleClearing extends CommandHeader {
  type: 'clearing.settle';
  payment_id: string;
  outcome: { credited: { agent_id: string; handle: string } } | { refused: RefusalCode };
}

export type Command =
  | CreditClearing
  | SettleClearing
  | CreateOrganization
  | IssueKey
  | RevokeKey
  | RegisterAgent
  | ChangeAgent
  | FreezeAgent
  | UnfreezeAgent
  | RevokeAgent
  | RotateAgentToken
  | OpenSession
  | ChangeSession
  | CloseSession
  | TopUp
  | AuthorizePayment
  | CapturePayment
  | VoidPayment
  | RefundPayment
  | DispatchPayment
  | LapsePayment;

/** Questions that append nothing; answered by the owner so that a caller reads its own writes (D11). */
export type Query =
  | (CommandHeader & { type: 'query.agent'; agent: string })
  | (CommandHeader & { type: 'query.session'; session_id: string })
  /** At most `limit` in order of their ids, those that follow the id `after`. */
  | (CommandHeader & { type: 'query.wallets'; limit?: number; after?: string })
  | (CommandHeader & { type: 'query.keys'; limit: number; after?: string })
  | (CommandHeader & { type: 'query.payment'; payment_id: string })
  | (CommandHeader & { type: 'query.payment_by_key'; key: string; agent?: string })
  /** Is the credential good, and what is it? Asked by the NATS auth callout and by reads of projections. */
  | (CommandHeader & { type: 'query.credential' });

export type CommandType = Command['type'];
export type QueryType = Query['type'];
