import { ReadModelQueryError } from './query-errors.js';

export const PAGE_DEFAULT = 50;
export const PAGE_MAXIMUM = 200;

export function pageLimit(limit: number | undefined, maximum = PAGE_MAXIMUM): number {
  if (limit === undefined) return Math.min(PAGE_DEFAULT, maximum);
  if (Number.isInteger(limit) && limit >= 1 && limit <= maximum) return limit;
  throw new ReadModelQueryError('limit_out_of_range', 'limit', `must be a whole number from 1 to ${maximum}`);
}
