/** What a script learns from the exit code; README.md of this app repeats the table. */
export const EXIT = {
  done: 0,
  /** Something that has no code of its own: see the message. */
  failed: 1,
  /** The command line or a setting is not acceptable. */
  usage: 2,
  /** Declined by a rule or by the state of things (402, 403, 409): nothing was spent. */
  declined: 3,
  /** Refused for another reason: credential, unknown id, request not acceptable (400, 401, 404, 422). */
  refused: 4,
  /** Bursar cannot be reached or cannot answer now: the same command may be run again. */
  unavailable: 5,
  /** `verify` and `status`: the log is not whole. `receipt verify`: the receipt is not good. */
  broken: 6,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

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
