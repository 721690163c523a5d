import { ASSETS, isAsset } from '#domain';
import type { SdkCreationContext, SdkNetwork, SdkPaymentRequired, SdkRequirements } from './sdk-types.js';
import type { Scheme } from '../rails.js';

/** What Bursar is asked to pay: a 402 answer that offers the one requirement that the SDK chose. */
export interface ResolveRequest {
  challenge: object;
}

export interface ResolvedPayment {
  /** Absent where the payment waits for an approval. */
  payment_token?: string;
  /** The whole payload, of which only what it adds to the server's extensions is used. */
  payment_payload?: { extensions?: Record<string, unknown> };
}

/** `POST /v1/payments/x402/resolve` with the agent's token: `(request) => bursar.x402.resolve(request)` of `#client`. */
export type ResolveChallenge = (request: ResolveRequest) => Promise<ResolvedPayment>;

/** Bursar has given no token. The SDK passes on nothing of an error but its message, so that begins with the code. */
export class PaymentRefusedError extends Error {
  override readonly name = 'PaymentRefusedError';

  constructor(
    readonly code: string,
    message: string,
    options?: ErrorOptions,
  ) {
    super(`${code}: ${message}`, options);
  }
}

/** What `x402Client.register` takes. */
export interface LedgerSchemeClient {
  readonly scheme: Scheme;
  readonly schemeHooks: { onBeforePaymentCreation: (context: SdkCreationContext) => Promise<void> };
  findDefaultAsset(asset: string): { asset: string; decimals: number; symbol: string } | undefined;
  createPaymentPayload(
    x402Version: number,
    requirements: SdkRequirements,
  ): Promise<{ x402Version: number; payload: Record<string, unknown>; extensions?: Record<string, unknown> }>;
}

/** As much of `x402Client` as is needed to register. */
export interface SdkClient {
  register(network: SdkNetwork, client: LedgerSchemeClient): unknown;
  onBeforePaymentCreation(hook: (context: SdkCreationContext) => Promise<void>): unknown;
}

/**
 * Lets an `x402Client` of `@x402/fetch` or `@x402/axios` pay out of an agent's ledger account: registers `exact` and `upto` for
 * every `ledger:*` network.
 */
export function registerLedgerClient<Client extends SdkClient>(client: Client, resolve: ResolveChallenge): Client {
  const asked = new ChallengesAsked();
  // Older releases know no hooks of a scheme; hearing of a challenge twice does no harm.
  client.onBeforePaymentCreation(asked.hear);
  for (const scheme of ['exact', 'upto'] as const) client.register('ledger:*', schemeClient(scheme, resolve, asked));
  return client;
}

/** One scheme, for `new x402Client().register('ledger:*', …)` of `@x402/core` 2.27 or later. */
export function ledgerSchemeClient(scheme: Scheme, resolve: ResolveChallenge): LedgerSchemeClient {
  return schemeClient(scheme, resolve, new ChallengesAsked());
}

/**
 * The SDK gives a scheme the chosen requirement and not what it is for, which it tells to hooks before. The two are brought
 * together by the requirement's identity, so that payments made at the same time do not mix.
 */
class ChallengesAsked {
  readonly #byRequirement = new WeakMap<object, SdkPaymentRequired>();

  readonly hear = ({ paymentRequired, selectedRequirements }: SdkCreationContext): Promise<void> => {
    this.#byRequirement.set(selectedRequirements, paymentRequired);
    return Promise.resolve();
  };

  of(requirements: object): SdkPaymentRequired | undefined {
    return this.#byRequirement.get(requirements);
  }
}

function schemeClient(scheme: Scheme, resolve: ResolveChallenge, asked: ChallengesAsked): LedgerSchemeClient {
  return {
    scheme,
    schemeHooks: { onBeforePaymentCreation: asked.hear },
    findDefaultAsset: defaultAsset,
    async createPaymentPayload(x402Version, requirements) {
      const challenge = challengeOf(x402Version, requirements, asked.of(requirements));
      const { payment_token, payment_payload } = await resolve({ challenge }).catch(tellCode);
      if (payment_token === undefined) {
        throw new PaymentRefusedError(
          'payment_pending_approval',
          'the payment waits for an approval, with its money held',
        );
      }
      const payload = { token: payment_token };
      // v1 has no place for `accepted`, and the SDK adds nothing to a v1 payload.
      if (x402Version === 1) {
        const { network } = requirements;
        return { x402Version, scheme, network, payload };
      }
      return { x402Version, payload, extensions: payment_payload?.extensions };
    },
  };
}

/** The SDK caps what is paid in assets that it is told are worth dollars; others it pays only where its user lists them. */
function defaultAsset(asset: string): { asset: string; decimals: number; symbol: string } | undefined {
  return asset === 'USD' && isAsset(asset) ? { asset, decimals: ASSETS[asset].scale, symbol: asset } : undefined;
}

function challengeOf(
  x402Version: number,
  requirements: SdkRequirements,
  asked: SdkPaymentRequired | undefined,
): object {
  if (x402Version === 1) return { x402Version, accepts: [requirements] };
  if (!asked) {
    throw new Error(
      'The resource to pay for is not known: register with registerLedgerClient(client, resolve), ' +
        'since this release of @x402/core tells schemes nothing of it.',
    );
  }
  const { resource, extensions } = asked;
  return { x402Version, resource, accepts: [requirements], ...(extensions === undefined ? {} : { extensions }) };
}

function tellCode(error: unknown): never {
  if (error instanceof Error && 'code' in error && typeof error.code === 'string') {
    throw new PaymentRefusedError(error.code, error.message, { cause: error });
  }
  throw error;
}
