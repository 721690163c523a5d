import type { RequestEvent, RequestOpened } from '../events/index.js';
import { isOver, OPEN_REQUESTS_MAXIMUM, openRequestOf } from '../payment-requests.js';
import type { BookState } from '../state/index.js';

export function evolveRequest(state: BookState, event: RequestEvent): void {
  switch (event.type) {
    case 'request.opened':
      return opened(state, event);
    case 'request.paid':
    case 'request.cancelled':
    case 'request.declined':
      return forget(state, event.request_id);
    case 'request.payment_sent':
    case 'request.payment_reversed':
      return;
  }
}

/** Where the payee has as many as it may, those that are over by time make room for the new one. */
function opened(state: BookState, event: RequestOpened): void {
  const { payee, time } = event;
  if ((state.agents.get(payee.agent_id)?.requests ?? 0) >= OPEN_REQUESTS_MAXIMUM)
    for (const { id } of [...state.requests.values()].filter(
      (request) => request.payee.agent_id === payee.agent_id && isOver(request, time),
    ))
      forget(state, id);
  state.requests.set(event.request_id, openRequestOf(event));
  count(state, payee.agent_id, 1);
}

/** The log has the rest of its story, should anybody ask (D17). */
function forget(state: BookState, requestId: string): void {
  const request = state.requests.get(requestId);
  if (!request) return;
  state.requests.delete(requestId);
  count(state, request.payee.agent_id, -1);
}

function count(state: BookState, payeeId: string, change: 1 | -1): void {
  const agent = state.agents.edit(payeeId);
  if (agent) agent.requests = (agent.requests ?? 0) + change;
}
