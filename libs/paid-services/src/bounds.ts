/** How much of everything is taken. A definition may come from an org, and an upstream's answer from anybody. */
export const PAID_SERVICE_BOUNDS = {
  /** Of a definition's text. */
  definition_bytes: 65_536,
  /** How deep a definition, and a field of a payload that it does not describe, may go. */
  depth: 24,
  /** The same of an answer: what is read here is walked and written again. */
  answer_depth: 200,
  payload_fields: 64,
  price_rows: 200,
  price_terms: 8,
  text_characters: 2048,
  /** Of a text field of a payload that gives no bound of its own. */
  field_characters: 32_768,
  url_characters: 2048,
  array_items: 1000,
  secret_characters: 4096,
  secret_parts: 8,
  /** A first-table call is answered within 25 s, of which the ledger keeps some for itself. */
  timeout_seconds: 22,
  streamed_timeout_seconds: 300,
  retries: 5,
  /** Of one line of server-sent events. */
  event_characters: 1_048_576,
} as const;
