/** The leases of these partitions are no longer held at the given epochs; nothing was written. */
export class FencedError extends Error {
  override readonly name = 'FencedError';
  constructor(readonly partitions: readonly number[]) {
    super(`the leases of partitions ${partitions.join(', ')} are not held at these epochs; nothing was appended`);
  }
}

/** The records themselves cannot be written, whoever tries; nothing was written. */
export class AppendRefusedError extends Error {
  override readonly name = 'AppendRefusedError';
  constructor(
    /** SQLSTATE where the server refused, else `gap` or `bad_record`. */
    readonly reason: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`the log refused the records (${reason}): ${message}`, options);
  }
}

/** The append may or may not have been committed: raise the epochs, read the head, then answer from the log. */
export class OutcomeUnknownError extends Error {
  override readonly name = 'OutcomeUnknownError';
  constructor(message: string, options?: ErrorOptions) {
    super(`the append may or may not have been committed: ${message}`, options);
  }
}

/** A value that has no canonical bytes in this log; `path` is where it stands, as `/a/0/b`. */
export class NotCanonicalError extends Error {
  override readonly name = 'NotCanonicalError';
  constructor(
    readonly path: string,
    readonly fault: 'lone_surrogate' | 'nul' | 'unsafe_number' | 'unsupported_type' | 'too_deep',
  ) {
    super(`no canonical bytes for the value at ${path || '/'}: ${fault}`);
  }
}

/** The database has another schema than this version of Bursar needs. */
export class SchemaVersionError extends Error {
  override readonly name = 'SchemaVersionError';
}

/** The log ends before something that was once seen of it, or has another event there: committed events were lost. */
export class HeadBehindError extends Error {
  override readonly name = 'HeadBehindError';
  constructor(
    readonly partition: number,
    message: string,
  ) {
    super(`partition ${partition}: ${message}`);
  }
}

export class SnapshotDamagedError extends Error {
  override readonly name = 'SnapshotDamagedError';
}
