import { hash } from 'node:crypto';

/**
 * The id from which the payment of an attempt is made. A request may be brought to several replicas, so a later attempt has its id of the
 * request's and not of chance: copies of one request make one payment.
 */
export function attemptId(fresh_id: string, attempt: number): string {
  if (attempt === 0) return fresh_id;
  const digits = hash('sha256', `${fresh_id} ${attempt}`);
  // The time and the version of the UUIDv7 stay, so that later ids still sort after earlier ones.
  return `${fresh_id.slice(0, 13)}${digits.slice(0, 3)}8${digits.slice(3, 18)}`;
}
