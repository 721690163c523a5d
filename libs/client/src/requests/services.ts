import type { Amount } from './amount.js';

/** What calls of paid services have in common. */
export interface PaidCallOptions {
  /** Who pays: handle or id. Default: the token's agent, the session's, or the org's agent `default`. */
  agent_id?: string;
  session_id?: string;
  /** A call whose estimate is above it is refused as `budget_exceeded`, and nothing is spent. */
  max_credits?: Amount;
  label?: string;
  labels?: Readonly<Record<string, string>>;
  /** The same key gives the same answer and is paid once; the client makes one where there is none. */
  idempotency_key?: string;
}

export interface TypedCallOptions extends PaidCallOptions {
  /** Another service than the default one. */
  service?: string;
}

export interface PayServiceRequest extends PaidCallOptions {
  /** Its name in the catalogue (`services.list`). */
  service: string;
  /** What the service is asked; `query` serves every search service, `url` every reading one. */
  payload: Readonly<Record<string, unknown>>;
}

export interface SearchRequest extends TypedCallOptions {
  query: string;
}

export interface EmailRequest extends TypedCallOptions {
  to: string;
  subject: string;
  body: string;
}

export interface ImageRequest extends TypedCallOptions {
  prompt: string;
}

export interface SmsRequest extends TypedCallOptions {
  /** Number in E.164, such as `+4930123456`. */
  to: string;
  body: string;
}

/** A service as data; `services.get` shows the definitions that there are. */
export type ServiceDefinition = Readonly<Record<string, unknown>>;
