import { changeOrganizationSchema, fingerprintSource, renderOrganization } from '#contracts';
import type { ChangeOrganization } from '#domain';
import type { FastifyRequest } from 'fastify';
import { readBody } from '../http/body.js';
import { readCaller } from '../http/caller.js';
import { commandHeader, refuseKey } from '../http/command-header.js';
import { jsonReply, type HttpReply } from '../http/http-reply.js';
import { recordedOf } from '../http/owner-reply.js';
import type { OwnerGateway } from '../ports.js';
import { askForOrganization } from './read-organization.js';

/** `PATCH /v1/org`: sets what is named, at run time, for everybody's next payment, and answers the org as it is then. */
export async function changeOrganization(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  const caller = readCaller(request);
  refuseKey(request);
  const { deadline_ms: deadlineMs, ...fields } = readBody(request, changeOrganizationSchema);
  const command: ChangeOrganization = {
    type: 'organization.change',
    ...commandHeader(caller, undefined, fingerprintSource('organization.change', fields), deadlineMs),
    ...fields,
  };
  recordedOf(await owner.send(caller.org, command));
  return jsonReply(200, renderOrganization(await askForOrganization(caller, owner)));
}
