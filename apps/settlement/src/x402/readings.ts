import type { ResolveChallengeRequest } from '#contracts';
import type { FacilitatorRequest } from '#x402';
import type { MetChallenge } from './challenge.js';
import { Remembered } from '../remembered.js';
import type { PaymentToken } from './token-claims.js';

/** What a body asks for. */
export interface AskedChallenge {
  body: ResolveChallengeRequest;
  challenge: MetChallenge;
}

/** What a call says, as far as its body tells. */
export interface ReadCall {
  asked: FacilitatorRequest;
  /** Where it brings a payment token. */
  token?: PaymentToken;
}

/** What was read of bodies, by their text. */
export interface Readings {
  challenges: Remembered<AskedChallenge>;
  /** Of what was verified and not settled yet. */
  calls: Remembered<ReadCall>;
}

export function noReadings(): Readings {
  return { challenges: new Remembered(), calls: new Remembered() };
}
