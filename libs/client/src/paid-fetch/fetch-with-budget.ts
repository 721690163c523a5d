import { uuidv7 } from 'uuidv7';
import type { ResolvedChallenge } from '../answers/index.js';
import { BursarClient } from '../bursar-client.js';
import { RefusedError } from '../errors.js';
import type { HttpCallerOptions } from '../http/http-caller.js';
import type { Amount } from '../requests/index.js';
import { challengesOf, type MetChallenge } from './met-challenges.js';
import { PaidFetchError } from './paid-fetch-error.js';
import { ReplayableRequest, type FetchInput } from './replayable-request.js';
import { paymentOfChallenge } from './request-payment.js';
import { sendPaid } from './send-paid.js';

export interface FetchBudget {
  /** The most that one request may cost, in `currency`. Above it nothing is held: `budget_exceeded`. */
  max_per_request: Amount;
  /** Default: USD. What asks for another currency is not paid. */
  currency?: string;
  /** The session that pays; all its budgets and those above it bound all requests together. */
  session?: string | { session_id: string };
  /** Who pays. Default: the agent of the token. */
  agent_id?: string;
  label?: string;
  labels?: Readonly<Record<string, string>>;
  /** A body is kept in memory, since it is sent twice; a longer one is refused before it is sent. Default: 1 MiB. */
  max_body_bytes?: number;
  /** How long Bursar is waited for, for each payment. Default: that of the client. */
  deadline_ms?: number;
  /** Sends the requests. Default: the `fetch` of Node. */
  fetch?: typeof fetch;
}

/** A `fetch` that pays; `paymentOf(response)` says what a response did cost. */
export type BudgetedFetch = (input: FetchInput, init?: RequestInit) => Promise<Response>;

const MEBIBYTE = 1024 * 1024;

/**
 * A `fetch` that pays what a 402 asks for and sends the request once more, within a budget: x402 v2 and v1, the older header and
 * `WWW-Authenticate: Payment`. Give it an agent's token.
 *
 * Errors: `PaidFetchError` where there was nothing to pay or the payment was in vain; those of `BursarClient` where Bursar
 * refuses the payment (`DeclinedError` with the rule) or does not answer.
 */
export function fetchWithBudget(bursar: BursarClient | HttpCallerOptions, budget: FetchBudget): BudgetedFetch {
  const client = bursar instanceof BursarClient ? bursar : new BursarClient(bursar);
  return async (input, init) => {
    const longest = budget.max_body_bytes ?? MEBIBYTE;
    const request = await ReplayableRequest.of(input, init, longest, budget.fetch ?? fetch);
    const response = await request.send();
    if (response.status !== 402) return response;
    const from = whoAsks(request, response);
    const resolved = await resolve(client, budget, request, response);
    return sendPaid(request, from, paymentOfChallenge(resolved));
  };
}

/** The address that the 402 came from, which alone is shown the payment. */
function whoAsks(request: ReplayableRequest, response: Response): URL {
  if (!response.redirected) return request.url;
  const from = new URL(response.url);
  // What was redirected with a body may have become another request on the way.
  const isSame = from.origin === request.url.origin && (request.method === 'GET' || request.method === 'HEAD');
  if (isSame) return from;
  throw new PaidFetchError('challenge_elsewhere', `it was redirected to ${from.href}, which asks for money`, {
    url: request.url.href,
    response,
  });
}

/** Holds what is asked for, in the first form that can be paid here; one key for all of them, so that there is one payment. */
async function resolve(
  client: BursarClient,
  budget: FetchBudget,
  request: ReplayableRequest,
  response: Response,
): Promise<ResolvedChallenge> {
  const known = { url: response.url || request.url.href, status: response.status };
  const all = await challengesOf(response);
  // Where the seller wants an Authorization of the caller's own, there is no place for a payment in it.
  const met = request.headers.has('authorization') ? all.filter((each) => !each.by_authorization) : all;
  if (met.length === 0) throw new PaidFetchError('challenge_missing', 'it asks for money and does not say how', known);
  const key = uuidv7();
  let refused: RefusedError | undefined;
  for (const each of met) {
    try {
      return await hold(client, budget, request, each, key, known);
    } catch (error) {
      if (!(error instanceof RefusedError) || !UNREADABLE.has(error.code)) throw error;
      // Nothing was held, and another form may ask for what can be paid.
      refused ??= error;
    }
  }
  const why = `what it asks for cannot be paid: ${refused!.message}`;
  throw new PaidFetchError('challenge_unsupported', why, known, { cause: refused });
}

const UNREADABLE: ReadonlySet<string> = new Set(['challenge_invalid', 'unsupported_challenge']);

async function hold(
  client: BursarClient,
  budget: FetchBudget,
  { signal }: ReplayableRequest,
  { challenge }: MetChallenge,
  idempotency_key: string,
  known: { url: string; status: number },
): Promise<ResolvedChallenge> {
  const { session, agent_id, label, labels, max_per_request: max_credits, deadline_ms } = budget;
  const session_id = typeof session === 'object' ? session.session_id : session;
  const asked = { challenge, agent_id, session_id, max_credits, label, labels };
  const resolved = await client.x402.resolve(asked, { idempotency_key, signal, deadline_ms });
  if (resolved.payment_token === undefined) {
    const { approval_id } = resolved as { approval_id?: string };
    throw new PaidFetchError('approval_pending', 'the payment waits for an approval', { ...known, approval_id });
  }
  if (resolved.currency !== (budget.currency ?? 'USD')) {
    await client.payments.void(resolved.payment_id, { signal, deadline_ms });
    throw new PaidFetchError('currency_unexpected', `it asks for ${resolved.currency}`, known);
  }
  return resolved;
}
