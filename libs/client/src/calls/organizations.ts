import type { KeyIssuedAnswer, OrganizationOpenedAnswer } from '../answers/index.js';
import type { CallOptions } from '../http/call-options.js';
import type { HttpCaller } from '../http/http-caller.js';
import type { IssueAdminKeyRequest, OpenOrganizationRequest } from '../requests/index.js';

/** Tenants, for whoever runs Bursar: these calls take the platform key and no other. */
export class OrganizationsCalls {
  constructor(private readonly http: HttpCaller) {}

  /** A new org with a book of its own; the token of its first admin key is shown once. */
  open<Options extends CallOptions = CallOptions>(request: OpenOrganizationRequest, options?: Options) {
    return this.http.post<OrganizationOpenedAnswer, Options>('/v1/organizations', request, options);
  }

  /** Another admin key: the way back into an org all of whose own are lost. */
  issueAdminKey<Options extends CallOptions = CallOptions>(
    orgId: string,
    request: IssueAdminKeyRequest,
    options?: Options,
  ) {
    const path = `/v1/organizations/${encodeURIComponent(orgId)}/admin-keys`;
    return this.http.post<KeyIssuedAnswer, Options>(path, request, options);
  }
}
