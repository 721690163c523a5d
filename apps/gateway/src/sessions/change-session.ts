import { changeSessionSchema, fingerprintSource, renderSession, unitsOf, type AmountInput } from '#contracts';
import type { Asset, ChangeSession } from '#domain';
import type { FastifyRequest } from 'fastify';
import { pathPart, readBody } from '../http/body.js';
import { readCaller, type Caller } from '../http/caller.js';
import { commandHeader, refuseKey } from '../http/command-header.js';
import { jsonReply, refuse, type HttpReply } from '../http/http-reply.js';
import { recordedOf } from '../http/owner-reply.js';
import type { Notes, OwnerGateway } from '../ports.js';
import { askForSession } from './read-session.js';
import { readDescriptions } from './session-descriptions.js';

/** `PATCH /v1/sessions/{id}`: sets budget, expiry, limits, lists and the threshold of approvals, and answers the session as it is then. */
export async function changeSession(request: FastifyRequest, owner: OwnerGateway, notes: Notes): Promise<HttpReply> {
  const caller = readCaller(request);
  refuseKey(request);
  const body = readBody(request, changeSessionSchema);
  const sessionId = pathPart(request, 'id');
  const budget =
    body.budget === undefined ? undefined : await budgetOf(caller, sessionId, body.budget, body.currency, owner);
  const fields = {
    session_id: sessionId,
    budget,
    expires_in_ms: body.expires_in === undefined || body.expires_in === null ? body.expires_in : body.expires_in * 1000,
    limits: body.limits,
    lists: body.lists,
    approval_above: body.approval_above,
  };
  const command: ChangeSession = {
    type: 'session.change',
    ...commandHeader(caller, undefined, fingerprintSource('session.change', fields), body.deadline_ms),
    ...fields,
  };
  recordedOf(await owner.send(caller.org, command));
  const session = await askForSession(caller, sessionId, owner);
  return jsonReply(200, renderSession(session, await readDescriptions(notes, [session])));
}

/** Decimals are counted in the session's own currency, which never changes and is asked for first. */
async function budgetOf(
  caller: Caller,
  sessionId: string,
  amount: AmountInput,
  currency: Asset | undefined,
  owner: OwnerGateway,
): Promise<bigint> {
  const asset = (await askForSession(caller, sessionId, owner)).asset as Asset;
  if (currency !== undefined && currency !== asset) {
    refuse('asset_mismatch', { problems: [{ field: 'currency', message: `must be ${asset}, as the session's is` }] });
  }
  const units = unitsOf(amount, asset, 0);
  return 'units' in units
    ? units.units
    : refuse('body_invalid', { problems: [{ field: 'budget', message: units.message }] });
}
