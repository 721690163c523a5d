import type { AgentProtocol } from './rules.js';

export type ReportDimension = 'agent' | 'label' | 'session' | 'service' | 'protocol' | 'counterparty' | 'day';

export interface SpendReportQuery {
  /** Absent: only the totals. */
  group_by?: ReportDimension | readonly ReportDimension[];
  /** Times such as 2026-01-31T12:00:00Z, or days such as 2026-01-31 (their first moment in UTC). */
  from?: string;
  to?: string;
  agent?: string;
  /** As reports show it: a bare label, or `name=value`. Empty: unlabelled. */
  label?: string;
  /** With everything below it. Empty: outside of sessions. */
  session_id?: string;
  /** Empty: what did not go to a service. */
  service?: string;
  protocol?: AgentProtocol;
  /** An agent's id, or `service:<name>`. */
  counterparty?: string;
  currency?: string;
  /** 1 to 200. */
  limit?: number;
  cursor?: string;
}
