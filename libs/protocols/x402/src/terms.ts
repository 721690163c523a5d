import { fingerprintOf, fingerprintSource } from '#contracts';
import type { Challenge } from './challenge.js';

type Terms = Omit<Challenge, 'terms_hash' | 'reference' | 'echo'>;

/** The versioned hash of what is asked for. Of the older form the fields are hashed as read: 0.05 and "0.050" are the same. */
export function termsHash({ accepted, ...terms }: Terms): string {
  const source = terms.wire === 'legacy' ? { ...terms } : { ...terms, accepted };
  return fingerprintOf(fingerprintSource('x402', source));
}
