import { isPaymentEvent, principalOf, type BookEvent, type BookState } from '#domain';
import type { PaymentSurroundings } from '#contracts';

/** A path names at most this many sessions, those nearest to the payment. */
const PATH_MAXIMUM = 1_000;

/** In whose name a payment is, and in which sessions. */
export function surroundingsOf(book: BookState, event: BookEvent): PaymentSurroundings {
  if (!isPaymentEvent(event)) return {};
  const surroundings: PaymentSurroundings = {};
  const payer = book.agents.get(event.payer.agent_id);
  if (payer?.origin === 'scoped') {
    const { id, handle } = principalOf(book, payer);
    surroundings.on_behalf_of = { agent_id: id, handle };
  }
  if (event.session_id === undefined) return surroundings;
  const path: string[] = [];
  for (let id: string | undefined = event.session_id; id !== undefined && path.length < PATH_MAXIMUM;) {
    path.push(id);
    id = book.sessions.get(id)?.parent_id;
  }
  surroundings.session_path = path;
  return surroundings;
}
