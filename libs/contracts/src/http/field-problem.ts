/** What is wrong with one field of a request. `field` is a path such as `labels.team` or `limits[0].max`. */
export interface FieldProblem {
  field: string;
  message: string;
}

/** The field of a problem that concerns the whole body. */
export const WHOLE_BODY = 'body';
