import { PaidFetchError } from './paid-fetch-error.js';
import type { ReplayableRequest } from './replayable-request.js';
import { rememberPayment, type RequestPayment } from './request-payment.js';

const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);
const MOST_REDIRECTS = 5;

/**
 * Sends the request with its payment, once. Redirects are followed within the origin that asked for the money, and nowhere
 * else: the payment is worth money to whoever reads it.
 */
export async function sendPaid(request: ReplayableRequest, from: URL, payment: RequestPayment): Promise<Response> {
  const headers = request.headers;
  headers.set(payment.header_name, payment.header_value);
  let step = { url: from, method: request.method, body: request.body };
  for (let hops = 0; ; hops += 1) {
    const response = await answered(request, { ...step, headers }, payment);
    const told = rememberPayment(response, payment);
    const location = REDIRECTS.has(response.status) ? response.headers.get('location') : null;
    if (location !== null && request.redirect !== 'manual') {
      const target = new URL(location, step.url);
      if (request.redirect === 'error' || target.origin !== from.origin || hops === MOST_REDIRECTS) {
        const known = { url: step.url.href, status: response.status, response, payment: told };
        throw new PaidFetchError('redirected', `the paid request was sent on to ${target.origin}`, known);
      }
      await response.body?.cancel();
      step = nextStep(step, response.status, target, headers);
      continue;
    }
    if (response.status < 400) return response;
    const known = { url: step.url.href, status: response.status, response, payment: told };
    throw new PaidFetchError('payment_not_accepted', 'the request was paid and refused all the same', known);
  }
}

async function answered(
  request: ReplayableRequest,
  step: { url: URL; method: string; body: Uint8Array | null; headers: Headers },
  payment: RequestPayment,
): Promise<Response> {
  try {
    return await request.send({ ...step, redirect: 'manual' });
  } catch (error) {
    const why = (error as Error).message;
    const known = { url: step.url.href, payment };
    throw new PaidFetchError('seller_silent', `the paid request has no answer: ${why}`, known, { cause: error });
  }
}

/** As fetch does it: after 303, and after a POST that was moved, what is asked for has no body. */
function nextStep(
  step: { method: string; body: Uint8Array | null },
  status: number,
  url: URL,
  headers: Headers,
): { url: URL; method: string; body: Uint8Array | null } {
  const becomesGet =
    status === 303 ? step.method !== 'HEAD' : (status === 301 || status === 302) && step.method === 'POST';
  if (!becomesGet) return { ...step, url };
  for (const name of ['content-type', 'content-length', 'content-encoding', 'content-language']) headers.delete(name);
  return { url, method: 'GET', body: null };
}
