import type { SettlementRequest } from '#contracts';
import { callerOf, queryHeader } from '../../owners/command-header.js';
import type { ServiceParts } from '../ports.js';
import { Answered, expectKind } from '../../refused.js';

/** The org of a caller whose credential its book has just verified. */
export async function verifiedOrg(
  { owners }: Pick<ServiceParts, 'owners'>,
  request: SettlementRequest,
): Promise<string> {
  return (await verified(owners, request)).org;
}

/** As `verifiedOrg`, of an admin key only: what services are called, and with which secret, is the org's own affair. */
export async function administratedOrg(
  { owners }: Pick<ServiceParts, 'owners'>,
  request: SettlementRequest,
): Promise<string> {
  const { org, credential } = await verified(owners, request);
  if (credential.kind === 'key' && credential.role === 'admin') return org;
  const { kind, subject } = credential;
  throw new Answered({ kind: 'refused', refusal: { code: 'role_not_allowed', scope: { kind, id: subject } } });
}

async function verified(owners: ServiceParts['owners'], request: SettlementRequest) {
  const caller = callerOf(request);
  const query = { type: 'query.credential' as const, ...queryHeader(caller, request.deadline) };
  const { credential } = expectKind(await owners.send(caller.org, query), 'credential');
  return { org: caller.org, credential };
}
