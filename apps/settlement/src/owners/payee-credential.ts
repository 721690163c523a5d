import type { SettlementCaller } from '#contracts';
import type { Credential } from '#domain';
import type { SettlementParts } from '../ports.js';
import { Answered, expectKind } from '../refused.js';
import { readPayee } from '../x402/payee.js';
import type { PaymentToken } from '../x402/token-claims.js';
import { queryHeader } from './command-header.js';

/**
 * Who asks, as the payer's book takes it: with the proof itself where that is its own book, else vouched for once its own book has
 * verified it.
 */
export async function payeeCredential(
  { owners }: SettlementParts,
  caller: SettlementCaller,
  token: Pick<PaymentToken, 'org' | 'aud'>,
  deadline: number,
): Promise<Credential> {
  if (caller.org === token.org) return caller.credential;
  const query = { type: 'query.credential' as const, ...queryHeader(caller, deadline) };
  const { credential } = expectKind(await owners.send(caller.org, query), 'credential');
  const { kind, role, subject } = credential;
  const vouched = { subject, proven_by: 'settlement', payee_org: caller.org } as const;
  if (kind === 'key' && role !== 'finance') return vouched;
  if (kind !== 'agent')
    throw new Answered({ kind: 'refused', refusal: { code: 'role_not_allowed', scope: { kind, id: subject } } });
  // Its token shows it what it stands above as well, and nothing else: whom it sees, it may redeem for.
  const payee = readPayee(token.aud);
  const named = payee?.org === caller.org ? payee.agent : subject;
  const agentQuery = { type: 'query.agent' as const, ...queryHeader(caller, deadline), agent: named };
  const answer = await owners.send(caller.org, agentQuery);
  if (answer.kind === 'refused' && answer.refusal.code === 'agent_not_found')
    throw new Answered({ kind: 'refused', refusal: { code: 'agent_not_own', scope: { kind: 'agent', id: named } } });
  const { agent } = expectKind(answer, 'agent');
  return { ...vouched, payee: { agent_id: agent.agent_id, handle: agent.handle } };
}
