import { isJsonObject, readJson } from '#contracts';
import { findNodeAtLocation, parseTree, type Node } from 'jsonc-parser';
import type { z } from 'zod';
import { PAID_SERVICE_BOUNDS } from './bounds.js';
import { definitionProblems } from './checks/definition-problems.js';
import type { LocatedProblem, Path } from './checks/located-problem.js';
import { serviceDefinitionSchema, type ServiceDefinition } from './definition.js';
import { isDeeperThan } from './json-depth.js';

/** What is wrong with one field of a definition, and the line of its text where it stands. */
export interface DefinitionProblem {
  line: number;
  field: string;
  message: string;
}

export type ReadServiceDefinition =
  { ok: true; definition: ServiceDefinition } | { ok: false; problems: DefinitionProblem[] };

/** Reads the text of a definition, or says by line and field everything that is wrong with it. */
export function readServiceDefinition(text: string): ReadServiceDefinition {
  const whole = (message: string, line = 1): ReadServiceDefinition => ({
    ok: false,
    problems: [{ line, field: 'definition', message }],
  });
  if (Buffer.byteLength(text) > PAID_SERVICE_BOUNDS.definition_bytes) return whole('is larger than 64 KiB');
  const json = readJson(text);
  if (!json.ok) {
    const message = json.problems[0]?.message ?? 'is not JSON';
    return whole(message, lineOfFault(text, message));
  }
  if (!isJsonObject(json.value)) return whole('must be a JSON object');
  if (isDeeperThan(json.value, PAID_SERVICE_BOUNDS.depth)) return whole('is nested too deeply');
  const parsed = serviceDefinitionSchema.safeParse(json.value);
  const problems = parsed.success ? definitionProblems(parsed.data) : problemsOfIssues(parsed.error.issues);
  if (parsed.success && problems.length === 0) return { ok: true, definition: parsed.data };
  const root = parseTree(text);
  return {
    ok: false,
    problems: problems
      .map(({ path, message }) => ({ line: lineOf(text, root, path), field: fieldText(path), message }))
      .sort((left, right) => left.line - right.line),
  };
}

function problemsOfIssues(issues: readonly z.core.$ZodIssue[]): LocatedProblem[] {
  return issues.flatMap((issue): LocatedProblem[] => {
    const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((name) => ({ path: [...path, name], message: 'is not a field of a definition' }));
    }
    return [{ path, message: issue.message }];
  });
}

function fieldText(path: Path): string {
  const text = path.map((step) => (typeof step === 'number' ? `[${step}]` : `.${step}`)).join('');
  return text.replace(/^\./, '') || 'definition';
}

/** The line of a field, or of what it is missing from. */
function lineOf(text: string, root: Node | undefined, path: Path): number {
  if (root === undefined) return 1;
  for (let length = path.length; length >= 0; length -= 1) {
    const node = findNodeAtLocation(root, path.slice(0, length));
    if (!node) continue;
    const named = length > 0 && node.parent?.type === 'property' ? node.parent : node;
    return lineAt(text, named.offset);
  }
  return 1;
}

/** Where text that is no JSON stops being it: the parser says so at the end of its message. */
function lineOfFault(text: string, message: string): number {
  const position = /at position (\d+)$/.exec(message)?.[1];
  return position === undefined ? 1 : lineAt(text, Number(position));
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
