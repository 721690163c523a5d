import { encodeAuthorizationResponse, encodeUser, type AuthorizationRequest } from '@nats-io/jwt';
import { fromPublic, type KeyPair } from '@nats-io/nkeys';
import type { Msg, Subscription } from '@nats-io/transport-node';
import type { Logger } from '#observability';
import type { BusConnection } from './connection.js';
import { issuerKey } from './issuer-key.js';
import { BUS_ACCOUNT } from './server-configuration.js';
import { permissionsOf, type BusPermissions, type VerifiedCredential } from './subject-permissions.js';

export type CredentialVerifier = (bearer: string) => Promise<VerifiedCredential | { refused: string }>;

export interface AuthCalloutOptions {
  /** The seed (`SA…`) whose public key the server's configuration names as issuer. */
  issuer_seed: string;
  /** Asks the book's owner. Where it throws, the connection is refused (A7). */
  verify: CredentialVerifier;
  /** After this the server ends the connection; the client comes back by itself and is verified again. */
  verified_for_seconds?: number;
  logger?: Logger;
}

const SUBJECT = '$SYS.REQ.USER.AUTH';
const encoder = new TextEncoder();
const PAYLOAD_MAXIMUM_BYTES = 64 * 1024;
const SUBSCRIPTIONS_MAXIMUM = 64;

/**
 * Answers nats-server's question who a new connection is: verifies the bearer text that came as token or password, and
 * gives permissions for that credential's own subjects. Several processes may answer: a queue group spreads them.
 */
export class AuthCalloutResponder {
  readonly #issuer: KeyPair;
  #subscription: Subscription | undefined;

  constructor(
    private readonly connection: BusConnection,
    private readonly options: AuthCalloutOptions,
  ) {
    this.#issuer = issuerKey(options.issuer_seed);
  }

  start(): void {
    this.#subscription = this.connection.subscribe(SUBJECT, {
      queue: 'bursar-auth-callout',
      callback: (error, message) => {
        if (error) this.options.logger?.error({ err: error }, 'Connections to the bus cannot be authenticated');
        else void this.#answer(message);
      },
    });
  }

  /** From now on other responders answer, or nobody: then nobody new gets in. */
  stop(): void {
    this.#subscription?.unsubscribe();
  }

  async #answer(message: Msg): Promise<void> {
    try {
      const request = requestOf(message);
      const answer = await this.#decide(request);
      const user = fromPublic(request.user_nkey);
      const server = fromPublic(request.server_id.id);
      message.respond(encoder.encode(await encodeAuthorizationResponse(user, server, this.#issuer, answer, {})));
    } catch (error) {
      // Without an answer the server refuses by itself when its patience ends.
      this.options.logger?.error({ err: error }, 'A request for authentication could not be answered');
    }
  }

  async #decide(request: AuthorizationRequest): Promise<{ jwt: string } | { error: string }> {
    const { auth_token, pass } = request.connect_opts;
    const bearer = auth_token || pass;
    if (!bearer) return { error: 'Bring a credential: as token, or as password of any user' };
    const permissions = await this.#permissions(bearer);
    if ('refused' in permissions) {
      this.options.logger?.info({ refused: permissions.refused, host: request.client_info.host }, 'Refused on the bus');
      return { error: permissions.refused };
    }
    return { jwt: await this.#userOf(request, permissions) };
  }

  async #permissions(bearer: string): Promise<BusPermissions | { refused: string }> {
    try {
      const verified = await this.options.verify(bearer);
      return 'refused' in verified ? verified : permissionsOf(verified);
    } catch (error) {
      this.options.logger?.warn({ err: error }, 'A credential could not be verified');
      return { refused: 'The credential cannot be verified now' };
    }
  }

  #userOf(request: AuthorizationRequest, permissions: BusPermissions): Promise<string> {
    const { publish, subscribe } = permissions;
    const user = {
      // An empty list of what is allowed would allow everything.
      pub: publish.length > 0 ? { allow: [...publish], deny: [] } : { allow: [], deny: ['>'] },
      sub: subscribe.length > 0 ? { allow: [...subscribe], deny: [] } : { allow: [], deny: ['>'] },
      subs: SUBSCRIPTIONS_MAXIMUM,
      payload: PAYLOAD_MAXIMUM_BYTES,
      data: -1,
    };
    const expires = Math.floor(Date.now() / 1000) + (this.options.verified_for_seconds ?? 3_600);
    const key = fromPublic(request.user_nkey);
    return encodeUser('bursar', key, this.#issuer, user, { aud: BUS_ACCOUNT, exp: expires });
  }
}

/**
 * The server signs its question with a key that stands in the question: that proves nothing and is slow to verify. Who
 * may ask is settled by the account, in which only services and the server may publish there.
 */
function requestOf(message: Msg): AuthorizationRequest {
  const claims = message.string().split('.')[1] ?? '';
  const { nats } = JSON.parse(Buffer.from(claims, 'base64url').toString('utf8')) as { nats?: AuthorizationRequest };
  if (!nats?.user_nkey || !nats.connect_opts) throw new Error('This is no request for authentication');
  return nats;
}
