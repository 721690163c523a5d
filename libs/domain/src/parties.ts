export type Protocol = 'direct' | 'x402' | 'acp' | 'ap2';

/** Who is paid; the wallet follows from it, as `walletOfPayee` says. */
export type Payee = { agent_id: string; handle: string } | { service: string } | ForeignPayee;

/** An agent of another book, as the caller named it: only that book can tell whether it exists (D15). */
export interface ForeignPayee {
  /** Not named `org`, which in the stored bytes of an event is the event's own alone. */
  payee_org: string;
  handle: string;
}

/** Who is asked for money: an agent of the book, or of another one as the payee named it. */
export type RequestPayer = { agent_id: string; handle: string } | ForeignPayer;

export interface ForeignPayer {
  payer_org: string;
  /** Id or handle: only that org's book can tell which agent has it. */
  handle: string;
}
