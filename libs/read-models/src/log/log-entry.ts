/** One row of the log, not yet understood: whether its payload can be read is the fold's business. */
export interface LogEntry {
  partition: number;
  /** Dense per partition, from 1. */
  position: number;
  /** RFC 8785 text of a BookEvent. */
  payload: string;
}

/** How far each partition has been read, or reaches. A partition that is absent stands at 0. */
export type Positions = ReadonlyMap<number, number>;
