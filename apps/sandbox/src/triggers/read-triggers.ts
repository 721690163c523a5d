import { whole, wholeWithin, decimal, given, type Reader } from './trigger-values.js';

/** What a text asks of the sandbox besides an answer. */
export interface Triggers {
  readonly status?: number;
  readonly retry_after?: number;
  readonly delay_ms?: number;
  readonly garbage?: true;
  readonly empty?: true;
  readonly bytes?: number;
  readonly hangup?: true;
  readonly cut?: true;
  readonly fail_times?: number;
  readonly no_price?: true;
  readonly negative_price?: true;
  readonly reported_cost?: number;
  readonly usage?: number;
  readonly words?: number;
  readonly chunk_ms?: number;
}

type TriggerName = keyof Triggers;

const readers: Readonly<Record<TriggerName, Reader>> = {
  status: whole(400, 599),
  retry_after: whole(0, 86_400),
  delay_ms: wholeWithin(0, 120_000),
  garbage: given,
  empty: given,
  bytes: whole(1, 100_000_000),
  hangup: given,
  cut: given,
  fail_times: whole(1, 1_000),
  no_price: given,
  negative_price: given,
  reported_cost: decimal,
  usage: whole(0, Number.MAX_SAFE_INTEGER),
  words: whole(1, 100_000),
  chunk_ms: whole(0, 10_000),
};

export const TRIGGER_NAMES = Object.keys(readers);

/** `sandbox:` and what follows without a space: `status=429,retry_after=1`. */
const PATTERN = /\bsandbox:([a-z_]+(?:=[^\s,"'<>&#]*)?(?:,[a-z_]+(?:=[^\s,"'<>&#]*)?)*)/g;

/**
 * Reads every trigger of a text. One that does not exist, or whose value cannot be read, is a problem and not an answer as
 * if nothing had been asked: a test with a misspelt trigger would pass for the wrong reason.
 */
export function readTriggers(text: string): { triggers: Triggers; problems: string[] } {
  const triggers: Partial<Record<TriggerName, unknown>> = {};
  const problems: string[] = [];
  for (const [, list = ''] of text.matchAll(PATTERN)) {
    for (const item of list.split(',')) {
      const [name = '', value] = item.split('=', 2);
      const read = isTrigger(name) ? readers[name](value) : { problem: `is none of ${TRIGGER_NAMES.join(', ')}` };
      if ('problem' in read) problems.push(`sandbox:${name} ${read.problem}`);
      else if (isTrigger(name)) triggers[name] = read.value;
    }
  }
  return { triggers: triggers as Triggers, problems };
}

function isTrigger(name: string): name is TriggerName {
  return Object.hasOwn(readers, name);
}
