/** How much of an envelope is read. Bodies and headers are bounded at the edge too; these hold whatever door it came in by. */
export const X402_BOUNDS = {
  /** 64 KiB of base64 text: more than any HTTP server takes as a header. */
  header_characters: 65_536,
  accepts: 32,
  /** Nesting of the free-form parts: `extra`, `payload`, `extensions`, `outputSchema`. */
  depth: 24,
  /** Characters of all names, texts and numbers of one value, plus one for each value. */
  weight: 65_536,
  url_characters: 2048,
  description_characters: 2048,
  mime_type_characters: 255,
  error_characters: 1024,
  reference_characters: 255,
  /** 366 days, as a hold may live. */
  timeout_seconds: 31_622_400,
  /** What a catalogue shows of a resource. A hundred of them fit into one message of a nats-server. */
  listing: { bytes: 8_192, address_characters: 1024, name_characters: 128 },
} as const;
