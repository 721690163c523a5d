import { isJsonObject } from '#contracts';
import { remembered } from './remembered.js';

/** A field's name, the number of an item, or `[*]`, which no name can be. */
type Step = string | number;

/** Where something stands in an upstream's answer: in its body (`usage.credits`, `[0].id`, `results[*].url`), or in a header (`header:x-message-id`). */
export type AnswerPath = { header: string } | { steps: Step[] };

export interface AnswerValues {
  body: unknown;
  /** Names in lower case. */
  headers: Readonly<Record<string, string>>;
}

const STEP = /^(?:\.?([A-Za-z_$][A-Za-z0-9_$-]*)|\[(\d{1,4})\]|(\[\*\]))/;

/** Reads a path, or undefined where it cannot be read. */
export function parsePath(text: string): AnswerPath | undefined {
  if (text.startsWith('header:')) {
    const header = text.slice('header:'.length).toLowerCase();
    return /^[a-z0-9-]{1,64}$/.test(header) ? { header } : undefined;
  }
  const steps: Step[] = [];
  let rest = text;
  while (rest !== '') {
    const match = STEP.exec(rest);
    if (!match || (steps.length === 0 && rest.startsWith('.'))) return undefined;
    if (match[1] !== undefined && steps.length > 0 && !rest.startsWith('.')) return undefined;
    steps.push(match[1] ?? (match[2] === undefined ? '[*]' : Number(match[2])));
    rest = rest.slice(match[0].length);
  }
  return steps.length === 0 ? undefined : { steps };
}

const pathOf = remembered(parsePath);

/** What stands there; undefined where nothing does. `[*]` gives the list of what is found in each item. */
export function valueAt(text: string, answer: AnswerValues): unknown {
  const path = pathOf(text);
  if (path === undefined) return undefined;
  if ('header' in path) return Object.hasOwn(answer.headers, path.header) ? answer.headers[path.header] : undefined;
  return walk(answer.body, path.steps, 0);
}

function walk(from: unknown, steps: readonly Step[], first: number): unknown {
  let value = from;
  for (let index = first; index < steps.length; index += 1) {
    const step = steps[index]!;
    if (step === '[*]') {
      if (!Array.isArray(value)) return undefined;
      return value.map((item) => walk(item, steps, index + 1)).filter((item) => item !== undefined);
    }
    if (typeof step === 'number') value = Array.isArray(value) ? value[step] : undefined;
    else value = isJsonObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
  }
  return value;
}
