import { fingerprintOf, fingerprintSource, type FieldProblem } from '#contracts';
import { readAuthenticate, type AuthChallenge } from './authenticate-header.js';
import { CHARGE_INTENT, LEDGER_METHOD, readCharge, type LedgerCharge } from './ledger-charge.js';
import { PAYMENT_SCHEME, readPaymentChallenge, type PaymentChallenge } from './payment-challenge.js';

/** A challenge that can be paid here, with what it asks for. */
export interface LedgerChallenge extends LedgerCharge {
  challenge: PaymentChallenge;
  /** When it ends, in milliseconds since the epoch; absent where it says nothing. */
  ends_at?: number;
  /** The hash of all that it says. */
  terms_hash: string;
}

/** `challenge_invalid`: one of ours, and something in it is wrong. `unsupported_challenge`: none that can be paid here. */
export type LedgerChallengeRefusal = 'challenge_invalid' | 'unsupported_challenge';

export type ReadLedgerChallenge =
  { ok: true; challenge: LedgerChallenge } | { ok: false; code: LedgerChallengeRefusal; problems: FieldProblem[] };

/** Whether a text that came with a 402 is the value of `WWW-Authenticate` with a challenge of the scheme Payment. */
export function isPaymentChallenge(text: string): boolean {
  return /(?:^|[,\s])payment[ \t]+[\w-]+[ \t]*=/i.test(text) && !text.trimStart().startsWith('{');
}

/**
 * The first challenge in a `WWW-Authenticate` value that can be paid in this ledger. Those of other schemes, methods and intents are passed
 * over unread, and so are those of other ledgers; one of ours that is malformed refuses the header, since whoever wrote it meant us.
 */
export function readLedgerChallenge(text: string, network: string): ReadLedgerChallenge {
  const header = readAuthenticate(text);
  if (!header.ok) return { ok: false, code: 'challenge_invalid', problems: header.problems };
  let elsewhere: FieldProblem[] | undefined;
  for (const found of header.challenges) {
    if (!isLedgerCharge(found)) continue;
    const read = readFound(found, network);
    if (read.ok || read.code === 'challenge_invalid') return read;
    elsewhere ??= read.problems;
  }
  const message = 'offers no payment by the method ledger and the intent charge';
  return {
    ok: false,
    code: 'unsupported_challenge',
    problems: elsewhere ?? [{ field: 'WWW-Authenticate', message }],
  };
}

function isLedgerCharge({ scheme, parameters }: AuthChallenge): boolean {
  return (
    scheme === PAYMENT_SCHEME.toLowerCase() &&
    parameters.get('method') === LEDGER_METHOD &&
    parameters.get('intent') === CHARGE_INTENT
  );
}

function readFound({ parameters, repeated }: AuthChallenge, network: string): ReadLedgerChallenge {
  const invalid = (problems: FieldProblem[]): ReadLedgerChallenge => ({
    ok: false,
    code: 'challenge_invalid',
    problems,
  });
  if (repeated !== undefined) return invalid([{ field: repeated, message: 'stands twice' }]);
  const read = readPaymentChallenge(Object.fromEntries(parameters));
  if (!read.ok) return invalid(read.problems);
  const { challenge } = read;
  const header = parameters.get('header') ?? 'authorization';
  // The published servers can ask for the credential in another header. What is paid here comes back in Authorization only.
  if (header.toLowerCase() !== 'authorization') {
    const problems = [{ field: 'header', message: 'must be Authorization, where it is given' }];
    return { ok: false, code: 'unsupported_challenge', problems };
  }
  const charge = readCharge(challenge.request, network);
  if (!charge.ok) {
    const code = charge.is_elsewhere ? 'unsupported_challenge' : 'challenge_invalid';
    return { ok: false, code, problems: charge.problems };
  }
  const ends_at = endOf(challenge);
  const terms_hash = fingerprintOf(fingerprintSource('mpp', challenge));
  return {
    ok: true,
    challenge: { ...charge.charge, challenge, ...(ends_at !== undefined && { ends_at }), terms_hash },
  };
}

/** When a challenge ends, in milliseconds since the epoch. */
export function endOf({ expires }: Pick<PaymentChallenge, 'expires'>): number | undefined {
  return expires === undefined ? undefined : Date.parse(expires);
}
