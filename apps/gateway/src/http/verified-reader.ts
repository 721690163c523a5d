import type { CredentialView } from '#contracts';
import type { OwnerGateway } from '../ports.js';
import type { Caller } from './caller.js';
import { queryHeader } from './command-header.js';
import { refuse } from './http-reply.js';
import { expectKind } from './owner-reply.js';

/**
 * Whoever reads the log or a projection is verified by the book's owner first: these know nothing of revocations, and one
 * binds at once (F1). Refuses with 401 where the owner does.
 */
export async function verifyReader(caller: Caller, owner: OwnerGateway): Promise<CredentialView> {
  const answer = await owner.send(caller.org, { type: 'query.credential', ...queryHeader(caller) });
  return expectKind(answer, 'credential').credential;
}

/** Any role of org key may read all of the org; agents' and sessions' tokens may not. */
export async function verifyKey(caller: Caller, owner: OwnerGateway): Promise<CredentialView> {
  const credential = await verifyReader(caller, owner);
  if (credential.kind !== 'key' || caller.session_id !== undefined) refuseRole(credential);
  return credential;
}

export function refuseRole(credential: CredentialView): never {
  refuse('role_not_allowed', { scope: { kind: credential.kind, id: credential.subject } });
}
