import { DeclinedError, RefusedError, UnavailableError, type ProblemDocument } from '#client';
import { CommandFailed, EXIT, type ExitCode } from './exit-codes.js';
import { paintProblem } from './rendering/paint.js';
import { printable, printableJson } from './rendering/printable.js';
import { problemText } from './rendering/problem-text.js';
import type { Terminal } from './terminal.js';

const problemOf = (problem: ProblemDocument, { interactive, colours }: Terminal): string => {
  const text = printable(problemText(problem));
  return interactive && colours ? paintProblem(text) : text;
};

const NOBODY_THERE =
  'Is Bursar running there? `bursar status` looks, `bursar up` starts it, and --url or BURSAR_URL name another place.';

/** Says what went wrong, with rule and figures where something was declined, and gives the exit code. */
export function reportFailure(error: unknown, terminal: Terminal, json: boolean): ExitCode {
  if (error instanceof RefusedError) {
    if (json) terminal.out(printableJson(error.problem));
    else terminal.err(problemOf(error.problem, terminal));
    return error instanceof DeclinedError ? EXIT.declined : EXIT.refused;
  }
  if (error instanceof UnavailableError) {
    terminal.err(error.message);
    terminal.err(error.problem?.action ?? NOBODY_THERE);
    if (error.idempotency_key !== undefined) {
      terminal.err(
        `It is not known whether this took effect. To know, run it again with --idempotency-key ${error.idempotency_key}`,
      );
    }
    return EXIT.unavailable;
  }
  terminal.err(error instanceof Error ? error.message : String(error));
  return error instanceof CommandFailed ? error.exit_code : EXIT.failed;
}
