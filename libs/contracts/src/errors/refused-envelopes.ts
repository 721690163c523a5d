import type { CatalogueEntry, ErrorCode } from './catalogue-entry.js';

/** About envelopes of the payment protocols. */
export const REFUSED_ENVELOPES = {
  challenge_invalid: {
    status: 422,
    title: 'The challenge is for this ledger, and something in it is wrong',
    retryable: false,
    action: 'Tell whoever sent the 402; the fields are named in problems.',
  },
  unsupported_challenge: {
    status: 422,
    title: 'The challenge can not be paid here',
    retryable: false,
    action: 'Send what the 402 came with, unchanged. It must accept a network and an asset of GET /x402/supported.',
  },
  payment_token_invalid: {
    status: 422,
    title: 'The payment token is not one of this deployment, or is for something else',
    retryable: false,
    action: 'Redeem the token as it came in X-Payment, for what was asked in the challenge.',
  },
  address_signature_invalid: {
    status: 422,
    title: 'The text was not signed with the key of this address',
    retryable: false,
    action: 'Sign the text that the list of addresses gives, unchanged, by personal_sign (EIP-191).',
  },
  address_moved: {
    status: 409,
    title: 'Another organization had the address until a short while ago',
    scope: ['agent'],
    retryable: true,
    action: 'What its key signs pays again when everything signed before has run out: a day after the move.',
  },
} as const satisfies Partial<Record<ErrorCode, CatalogueEntry>>;
