import type { Scene } from './callers.js';
import type { Random } from './random.js';

/** What a caller asks for once, however often it has to send it. */
export interface PaidRequest {
  key: string;
  body: string;
  service: PaidService;
  /** The sandbox closes the connection instead of answering: nobody can know what came of it. */
  hangs_up: boolean;
  /**
   * Its caller does not wait for its answers, and asks again while it is being worked on. Not where the service is busy at first: an
   * earlier copy that nobody waits for would make the call after its caller was told that nothing was spent.
   */
  is_hasty: boolean;
}

/** The last one knows idempotency keys; the others must never be asked a second time. */
export type PaidService = 'tavily' | 'perplexity' | 'resend';

/** By it the log tells which payments are a request's, whatever keys they have there. */
export const CALL_LABEL = 'call';

/** Longer than the sandbox lets anybody wait here, so that most calls end while their caller is there. */
const DEADLINE_MS = 4_000;
const LONGEST_DELAY_MS = 2_000;

/** Its text carries the key: by it the sandbox's record is compared with the log. */
export function paidRequest(key: string, buyers: readonly string[], scene: Scene, random: Random): PaidRequest {
  const service = random.pick(['tavily', 'tavily', 'perplexity', 'perplexity', 'resend'] as const);
  const trouble = troubleOf(service, random);
  const figures = service === 'perplexity' ? [`reported_cost=0.0${random.between(10_000, 60_000)}`] : [];
  const triggers = [trouble, ...figures].filter((one) => one !== '').join(',');
  const text = triggers === '' ? key : `${key} sandbox:${triggers}`;
  const inScarce = random.next() < 0.2;
  const body = JSON.stringify({
    service,
    payload: payloadOf(service, text, random),
    agent_id: random.pick(inScarce ? scene.agents : buyers),
    ...(inScarce ? { session_id: random.pick(scene.leaves) } : {}),
    labels: { [CALL_LABEL]: key },
    deadline_ms: DEADLINE_MS,
  });
  return {
    key,
    body,
    service,
    hangs_up: trouble.startsWith('hangup') && service !== 'resend',
    is_hasty: random.next() < 0.3 && !trouble.startsWith('status=429'),
  };
}

/** Of what the sandbox was asked: undefined where it was none of these. */
export function keyInBody(body: string): string | undefined {
  return /paid-\d+-\d+/.exec(body)?.[0];
}

/** A busy service leaves the key free, and the same key then makes another call: of a service that knows keys that is the client's to do. */
function troubleOf(service: PaidService, random: Random): string {
  const choice = random.next();
  if (choice < 0.35) return `delay_ms=${random.between(100, LONGEST_DELAY_MS)}`;
  if (choice < 0.4) return service === 'resend' ? 'hangup,fail_times=1' : 'hangup';
  if (choice < 0.45) return 'status=400';
  if (choice < 0.6 && service !== 'resend') return `status=429,fail_times=${random.between(1, 3)}`;
  return '';
}

function payloadOf(service: PaidService, text: string, random: Random): object {
  if (service === 'resend') return { to: 'somebody@example.com', subject: text, text: 'crash' };
  // Twice as much is held as a search of this depth comes to, where the sandbox says that it was one credit.
  if (service === 'tavily' && random.next() < 0.5)
    return {
      query: text.includes('sandbox:') ? `${text},usage=1` : `${text} sandbox:usage=1`,
      search_depth: 'advanced',
    };
  return { query: text };
}
