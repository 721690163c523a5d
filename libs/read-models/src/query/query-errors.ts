export type QueryFault =
  | 'cursor_invalid'
  | 'limit_out_of_range'
  | 'period_not_whole_days'
  | 'period_empty'
  | 'dimension_unknown'
  | 'report_too_large'
  | 'sessions_too_many';

/** A question that cannot be answered as it was put. `field` names the parameter; 422 at the edge. */
export class ReadModelQueryError extends Error {
  override readonly name = 'ReadModelQueryError';

  constructor(
    readonly code: QueryFault,
    readonly field: string,
    message: string,
  ) {
    super(message);
  }
}
