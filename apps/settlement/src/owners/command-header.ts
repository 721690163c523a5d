import { fingerprintOf, type SettlementCaller, type SettlementRequest } from '#contracts';
import type { CommandHeader } from '#domain';
import { freshId } from '#security';
import { refuse } from '../refused.js';

/** The header of a command that the request stands for; `source` is the canonical text of the caller's fields (D6). */
export function commandHeader(request: SettlementRequest, key: string | undefined, source: string): CommandHeader {
  const { org, credential } = callerOf(request);
  const { fresh_id, deadline } = request;
  return { org, credential, fresh_id, key: key ?? `edge-${fresh_id}`, fingerprint: fingerprintOf(source), deadline };
}

/** The header of a query: nothing is appended, so there is nothing to repeat. */
export function queryHeader({ org, credential }: SettlementCaller, deadline: number): CommandHeader {
  return { org, credential, fresh_id: freshId(), deadline };
}

export function callerOf({ caller }: SettlementRequest): SettlementCaller {
  return caller ?? refuse('credential_missing');
}
