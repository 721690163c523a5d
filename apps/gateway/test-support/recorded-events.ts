import type { OwnerAnswer } from '#contracts';
import type { AuthorizePayment, BookEvent, CommandHeader } from '#domain';

export const TIME = Date.UTC(2026, 0, 1, 12);

/** The head of an event that a command would have recorded. */
export function headOf(command: CommandHeader) {
  return {
    version: 1 as const,
    org: command.org,
    sequence: 1,
    time: TIME,
    by: command.credential.subject,
    key: command.key,
    fingerprint: command.fingerprint,
  };
}

export function recorded(event: unknown, position = '3:7'): OwnerAnswer {
  return { kind: 'recorded', event: event as BookEvent, position };
}

/** What every event of a payment carries. */
export function paymentDetails(fields: Partial<AuthorizePayment> & { payment_id: string }) {
  return {
    payment_id: fields.payment_id,
    amount: (fields.amount ?? 50_000n).toString(),
    asset: fields.asset ?? 'USD',
    payer: { agent_id: 'agt_1', handle: 'planner', wallet_id: 'wal_1' },
    payee: { agent_id: 'agt_2', handle: 'writer' },
    protocol: 'direct',
    session_id: fields.session_id,
    labels: fields.labels ?? {},
    category: fields.category,
    authorized_at: TIME,
    postings: [],
  };
}

/** As a book that lets everything pass would answer. */
export function decided(command: AuthorizePayment): OwnerAnswer {
  const details = paymentDetails({ ...command, payment_id: `pay_${command.fresh_id}` });
  const type = command.capture ? 'payment.transferred' : 'payment.authorized';
  const expiry = command.capture ? {} : { expires_at: TIME + (command.expires_in_ms ?? 900_000) };
  return recorded({ ...headOf(command), ...details, type, windows: [], ...expiry });
}
