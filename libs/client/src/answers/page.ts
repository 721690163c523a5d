export interface Page {
  /** Null at the end. A page may hold fewer items than `limit` asks for, even none, and still have a next one. */
  next_cursor: string | null;
}
