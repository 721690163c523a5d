import { InvalidArgumentError, Option } from 'commander';

/** For commands that change something: to run one again whose answer was lost. */
export function idempotencyKeyOption(): Option {
  return new Option('--idempotency-key <key>', 'the same key gives the same answer for ever, and takes effect once');
}

export interface KeyedOptions {
  idempotencyKey?: string;
}

export function callOptions(options: KeyedOptions): { idempotency_key?: string } {
  return options.idempotencyKey === undefined ? {} : { idempotency_key: options.idempotencyKey };
}

/** Collects `--labels team=search --labels goal=42` into one map. */
export function collectLabel(text: string, labels: Record<string, string> = {}): Record<string, string> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('It must be of the form name=value.');
  return { ...labels, [text.slice(0, at)]: text.slice(at + 1) };
}

export function seconds(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of seconds.');
  return Number(text);
}

export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(text);
}
