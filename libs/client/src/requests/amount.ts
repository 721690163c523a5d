/**
 * Requests as callers write them. Amounts are decimals: strings are exact whatever the language, and a number is sent as
 * JavaScript writes it, so write `0.05` and not the sum of floats.
 */
export type Amount = number | string;
