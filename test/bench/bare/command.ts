/** What the bare gateway asks of the bare owner, of the size of a real command. */
export interface BareCommand {
  payment_id: string;
  /** How many events it makes: 0 for a question. */
  events: number;
  by: string;
  fingerprint: string;
  amount: string;
  body?: unknown;
}

let last = 0;

export function freshPayment(): string {
  last += 1;
  return `pay_${last.toString(16).padStart(32, '0')}`;
}

export function bareCommand(payment_id: string, events: number, body?: unknown): BareCommand {
  return {
    payment_id,
    events,
    by: 'key_00000000000000000000000000000001',
    fingerprint: 'v1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    amount: '10000',
    body,
  };
}
