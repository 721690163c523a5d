import type { PaymentChallenge } from '#mpp';
import type { Challenge } from '#x402';

/** A challenge of the scheme Payment, in the terms that x402 has for the same. */
export interface PaymentSchemeChallenge extends Omit<Challenge, 'wire' | 'accepted' | 'echo'> {
  wire: 'mpp';
  reference: string;
  /** As it came; it goes back with the token. */
  challenge: PaymentChallenge;
  /** When it ends, in milliseconds since the epoch. */
  ends_at?: number;
}

/** What an agent met at a 402, whichever protocol it was asked in. */
export type MetChallenge = Challenge | PaymentSchemeChallenge;
