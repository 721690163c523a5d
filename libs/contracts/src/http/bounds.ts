/** The bounds of request fields, once: the fast reader of payments and the zod schemas both take them from here. */
export const BOUNDS = {
  handle_characters: 128,
  id_characters: 128,
  service_characters: 128,
  label_characters: 256,
  labels: 32,
  label_name_characters: 64,
  category_characters: 64,
  memo_characters: 1024,
  reason_characters: 256,
  reference_characters: 255,
  name_characters: 128,
  wallet_name_characters: 64,
  description_characters: 2048,
  idempotency_key_characters: 255,
  /** 366 days. */
  expires_in_seconds: 31_622_400,
  /** Longer waits belong on the bus. */
  deadline_ms: 300_000,
  limits: 32,
  rolling_seconds: 31_622_400,
  list_entries: 200,
  open_spans: 32,
  participants: 100,
  page: 200,
  /** 64 KiB. */
  body_bytes: 65_536,
} as const;

/** A handle or an agent id; one leading `@` is ignored. */
export const HANDLE = /^@?[A-Za-z0-9._-]{1,128}$/;
export const SERVICE = /^[A-Za-z0-9._-]{1,128}$/;
/** Stands in the wallet's id. */
export const WALLET_NAME = /^[A-Za-z0-9._-]{1,64}$/;
/** Ids are opaque to callers, so one of another shape is not found rather than refused. */
export const OPAQUE_ID = /^[A-Za-z0-9._:-]{1,128}$/;
/** Printable ASCII, with no space at either end, since HTTP would trim it away. */
export const IDEMPOTENCY_KEY = /^[\x21-\x7e](?:[\x20-\x7e]{0,253}[\x21-\x7e])?$/;
/** A word of the caller's for what is paid, such as an order number, or the id of a payment request. */
export const REQUEST_ID = /^[\x21-\x7e](?:[\x20-\x7e]{0,126}[\x21-\x7e])?$/;
/** The category is a machine's word: it stands in limits and reports. */
export const CATEGORY = /^[A-Za-z0-9._:/-]{1,64}$/;
// eslint-disable-next-line no-control-regex -- control characters are what this refuses
export const LABEL_NAME = /^(?!__proto__$)[^\u0000-\u001f\u007f]{1,64}$/u;

/** Where a bare `label` stands in the map of labels that an event carries. */
export const BARE_LABEL = 'label';

/** How a label is shown and grouped by: a bare label as it is, any other as `name=value`. */
export function labelText(name: string, value: string): string {
  return name === BARE_LABEL ? value : `${name}=${value}`;
}
