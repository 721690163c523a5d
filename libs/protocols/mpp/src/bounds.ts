/** How much of a header is read. Clients have to take challenges of 4 KB, and servers credentials of as much; these leave room. */
export const MPP_BOUNDS = {
  /** Of one header: more than any HTTP server takes. */
  header_characters: 65_536,
  /** Challenges in one header, whatever their schemes. */
  challenges: 32,
  parameters: 32,
  /** The published packages read no more of it. */
  request_characters: 16_384,
  opaque_characters: 8192,
  /** It is told again as a nonce. */
  id_characters: 200,
  realm_characters: 255,
  description_characters: 2048,
  digest_characters: 512,
  /** Names of parties, assets and networks. */
  name_characters: 129,
  url_characters: 2048,
  /** Texts of `request` that nobody here acts on. */
  note_characters: 2048,
} as const;
