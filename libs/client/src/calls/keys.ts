import type { KeyIssuedAnswer, KeyRevokedAnswer } from '../answers.js';
import type { CallOptions } from '../http/call-options.js';
import type { HttpCaller } from '../http/http-caller.js';
import type { IssueKeyRequest } from '../requests.js';

export class KeyCalls {
  constructor(private readonly http: HttpCaller) {}

  /** A key of the organization; its `token` is shown once. */
  issue<Options extends CallOptions = CallOptions>(request: IssueKeyRequest, options?: Options) {
    return this.http.post<KeyIssuedAnswer, Options>('/v1/keys', request, options);
  }

  revoke<Options extends CallOptions = CallOptions>(keyId: string, options?: Options) {
    return this.http.delete<KeyRevokedAnswer, Options>(`/v1/keys/${encodeURIComponent(keyId)}`, options);
  }
}
