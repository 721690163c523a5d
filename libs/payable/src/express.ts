import { writeJson } from '#contracts';
import type { ServerResponse } from 'node:http';
import type { Refusal } from './answers.js';
import { HeldResponse } from './held-response.js';
import type { PayableRequest } from './options.js';
import { paidHeaders, type Admitted, type PayableRoute } from './payable-route.js';
import { rememberPayment } from './payment.js';

/** A middleware of Express, or of anything else that gives Node's own request and response. */
export type Middleware = (
  request: PayableRequest & object,
  response: ServerResponse,
  next: (error?: unknown) => void,
) => Promise<void>;

export function middlewareOf(route: PayableRoute): Middleware {
  return async (request, response, next) => {
    let admitted: Admitted;
    try {
      const admission = await route.admit(request);
      if (!admission.ok) return refuse(response, admission.refusal);
      ({ admitted } = admission);
    } catch (error) {
      return next(error);
    }
    rememberPayment(request, admitted.payment);
    const held = new HeldResponse(response);
    next();
    try {
      await settle(response, held, admitted);
    } catch (error) {
      held.drop();
      next(error);
    }
  };
}

async function settle(response: ServerResponse, held: HeldResponse, admitted: Admitted): Promise<void> {
  const ended = await held.ended;
  if (ended === 'closed' || held.status >= 400) {
    held.let(paidHeaders(await admitted.release(), response.getHeader('cache-control')));
    return;
  }
  const finished = await admitted.finish();
  if (finished.ok) return held.let(paidHeaders(finished.headers, response.getHeader('cache-control')));
  held.drop();
  refuse(response, finished.refusal);
}

function refuse(response: ServerResponse, { status, headers, body }: Refusal): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(writeJson(body));
}
