/** An app refuses to start: one line for each setting that is wrong. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  constructor(
    readonly app: string,
    readonly problems: readonly string[],
  ) {
    super([`${app} cannot start with these settings:`, ...problems.map((problem) => `  ${problem}`)].join('\n'));
  }
}
