/** A batch changes rows that do not exist: one of its events cannot be taken in. */
export class RowsMissing extends Error {
  override readonly name = 'RowsMissing';
}
