import type { Credential, Decline } from '#domain';
import type { ErrorCode } from './errors/index.js';
import type { FieldProblem } from './http/field-problem.js';
import type { OwnerAnswer } from './wire.js';

/** What settlement is asked by the gateway. */
export type SettlementCall =
  | 'x402.supported'
  | 'x402.resolve'
  | 'x402.verify'
  | 'x402.settle'
  | 'x402.redeem'
  | 'x402.status'
  | 'discovery.list'
  | 'discovery.search'
  | 'address.register'
  | 'address.list'
  | 'address.remove'
  | 'service.pay'
  | 'service.search'
  | 'service.email'
  | 'service.image'
  | 'service.sms'
  | 'service.list'
  | 'service.show'
  | 'service.define'
  | 'service.remove'
  | 'service.keep_secret'
  | 'service.remove_secret'
  | 'receipt.read'
  | 'jwks';

export interface SettlementCaller {
  org: string;
  credential: Credential;
  /** The session that a session token narrows the caller to. */
  session_id?: string;
  /** Set where the token is an agent's. */
  agent_id?: string;
}

export interface SettlementRequest {
  /** Absent where the call is open to everybody. */
  caller?: SettlementCaller;
  /** 32 hex digits of a UUIDv7, drawn at the edge so that its own retries are one request. */
  fresh_id: string;
  /** The header Idempotency-Key. */
  key?: string;
  /** Milliseconds since the epoch. */
  deadline: number;
  /** The parts of the path, and what stands in the query. */
  parameters?: Readonly<Record<string, string>>;
  /** The body as it came; empty where there is none. */
  body: string;
  /** Nobody has asked this before: it was drawn and is asked in one process. Never travels. */
  is_first?: true;
  /** The body as `readJson` gave it, where it was read before. Never travels. */
  value?: unknown;
}

/** How a protocol's own answer turned out; which HTTP status that is, the edge knows. */
export type SettlementOutcome =
  | 'ok'
  /** It waits for a person. */
  | 'pending'
  /** The request cannot be read as the protocol's. */
  | 'malformed'
  /** The credential is missing, wrong, or not the payee's. */
  | 'unauthorized'
  | 'forbidden'
  /** Nothing was decided, or it is not known what was. */
  | 'unavailable'
  /** More is asked than is taken: nothing was decided. */
  | 'throttled';

/** The answer of a paid service that refused, or failed. */
export interface UpstreamAnswer {
  status: number;
  /** Its body, where it was JSON; else its text, cut where it is long. */
  body: unknown;
}

export type SettlementAnswer =
  /** `body` is the answer's JSON text, in the protocol's own shape also where the outcome is not `ok`. With `is_unknown` it may have taken effect. */
  | {
      kind: 'done';
      outcome: SettlementOutcome;
      body: string;
      is_unknown?: true;
      retry_after_ms?: number;
      /** Where it is no JSON. */
      content_type?: string;
      /** What follows on the body, as it comes. Over the bus its texts follow on the answer. */
      stream?: AsyncIterable<string>;
      /** Where it breaks off on its way, as after so long a silence: said in place of the rest. */
      if_broken?: { after_ms: number; text: string };
    }
  /** Refused by settlement itself. */
  | {
      kind: 'problem';
      code: ErrorCode;
      detail?: string;
      problems?: readonly FieldProblem[];
      scope?: { kind: string; id: string };
      /** What a paid service itself has answered. */
      upstream?: UpstreamAnswer;
      /** Of the payment that came to nothing, or is not known to have. */
      payment_id?: string;
      retry_after_ms?: number;
    }
  /** By a book's owner, or nobody was there to say. */
  | { kind: 'refused'; refusal: Decline; recorded?: Extract<OwnerAnswer, { kind: 'refused' }>['recorded'] }
  | Extract<OwnerAnswer, { kind: 'unavailable' }>;

/** Nothing was decided, or it is not known what: the same request again ends it. */
export function isUndecided(answer: SettlementAnswer): boolean {
  if (answer.kind !== 'done') return answer.kind === 'unavailable';
  return answer.outcome === 'unavailable' || answer.outcome === 'throttled';
}
