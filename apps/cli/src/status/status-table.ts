import { table } from '../rendering/table.js';
import type { Status } from './status.js';

export function statusTable(status: Status): string {
  const rows = status.checks.map(({ name, state, detail }) => [name, state, detail === '' ? null : detail]);
  return `Bursar ${status.version} at ${status.url}\n\n${table(['what', 'state', 'detail'], rows)}`;
}
