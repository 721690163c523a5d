export interface PageQuery {
  /** 1 to 200. */
  limit?: number;
  cursor?: string;
}
