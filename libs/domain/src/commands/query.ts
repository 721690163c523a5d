import type { AgentStatus, SessionStatus } from '../state/index.js';
import type { CommandHeader } from './command-header.js';
import type { AuthorizePayment, RedeemPayment, TransferSigned } from './payment-commands.js';

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
  /** `outcome_only`: the asker tells nobody by which rule it was refused, so that its payee may ask about a refused one too. */
  | (CommandHeader & { type: 'query.payment'; payment_id: string; outcome_only?: true })
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

export type QueryType = Query['type'];
