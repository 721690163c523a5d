/** What a script learns from the exit code: `bursar help exit-codes` and docs/terminal.md show this table. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  declined: 3,
  refused: 4,
  unavailable: 5,
  broken: 6,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export const EXIT_CODES: readonly (readonly [ExitCode, string])[] = [
  [EXIT.done, 'done'],
  [EXIT.failed, 'failed: see the message'],
  [EXIT.usage, 'the command line or a setting is not acceptable'],
  [EXIT.declined, 'declined by a rule or by the state of things (402, 403, 409): nothing was spent'],
  [EXIT.refused, 'refused: credential, unknown id, request not acceptable (400, 401, 404, 422)'],
  [EXIT.unavailable, 'Bursar cannot be reached or cannot answer now: the same command may be run again'],
  [EXIT.broken, 'the log is not whole, or a receipt is not good'],
];

/** Ends a command with an exit code and a message for people, where no more is to be said. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
  constructor(
    readonly exit_code: ExitCode,
    message: string,
  ) {
    super(message);
  }
}
