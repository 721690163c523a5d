import { readFileSync } from 'node:fs';
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

/** Collects a value that may stand several times. */
export function collect(text: string, before: string[] = []): string[] {
  return [...before, text];
}

export function seconds(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError('It must be a whole number of seconds.');
  return Number(text);
}

/** Also parts of a second. */
export function positiveSeconds(text: string): number {
  if (!/^\d{1,5}(\.\d{1,3})?$/.test(text) || Number(text) === 0)
    throw new InvalidArgumentError('It must be a number of seconds, such as 0.5.');
  return Number(text);
}

export function secondsOrNone(text: string): number | typeof NONE {
  return text === NONE ? text : seconds(text);
}

export function wholeNumber(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new InvalidArgumentError('It must be a whole number from 1.');
  return Number(text);
}

/** JSON as it stands there, or `@file` with it. */
export function jsonOrFile(text: string): unknown {
  const json = text.startsWith('@') ? fileText(text.slice(1)) : text;
  try {
    return JSON.parse(json) as unknown;
  } catch (error) {
    throw new InvalidArgumentError(`It must be JSON, or @ and a file that holds it: ${(error as Error).message}.`);
  }
}

/** Lifts what was set, wherever an option sets something. */
const NONE = 'none';

/** As `jsonOrFile`, or `none`, which stays as it is: commander takes null for an option without a value. */
export function jsonOrNone(text: string): unknown {
  return text === NONE ? text : jsonOrFile(text);
}

/** What `none` lifts is null in a request. */
export function liftable<Value>(value: Value | typeof NONE | undefined): Value | null | undefined {
  return value === NONE ? null : value;
}

function fileText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new InvalidArgumentError(`${(error as Error).message}.`);
  }
}
