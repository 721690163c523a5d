import type { RowBeside } from './row-beside.js';

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
  /** The key was drawn with this command, which nobody has sent before: nothing can be bound to it, so nobody looks for it. Said once. */
  fresh_key?: true;
  /** Milliseconds since the epoch after which the command is dropped undecided. */
  deadline?: number;
  /** The answer brings what a receipt needs beside the event, so that nobody has to ask again. */
  with_evidence?: true;
  /** Of a call of a paid service: kept with the command's event, where the owner can. The answer says whether it was. */
  beside?: RowBeside | undefined;
}
