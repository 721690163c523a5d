export { X402_BOUNDS } from './bounds.js';
export { decodeHeader, encodeHeader, isStandardBase64, type ReadHeader } from './header-codec.js';
export { sameJson } from './json-values.js';
export { isEvmAddress, sameName } from './rails.js';
export type { PaymentFlow, Rail, RailAsset, Scheme, TokenName } from './rails.js';
export * from './wire-v2.js';
export * from './wire-v1.js';
export * from './responses.js';
export type { Challenge, ChallengeRefusal, ReadChallenge } from './challenge.js';
export { readChallenge } from './read-challenge.js';
export { PAYMENT_IDENTIFIER } from './payment-identifier.js';
export type { X402Reason } from './reasons.js';
export type { FacilitatorCall, FacilitatorRequest, VerifiedRequest } from './facilitator-request.js';
export { verifyRequest } from './verify-request.js';
export {
  declaredResource,
  discoverableResource,
  fitsListing,
  type DeclaredResource,
  type DiscoverableResource,
} from './discovery/discoverable-resource.js';
export { BAZAAR, type ResourceType } from './discovery/bazaar-extension.js';
export { verifyExactEvm, type VerifiedTransfer } from './exact-evm.js';
export { addressOf } from './transfer-authorization.js';
export { recoverTextSigner } from './personal-message.js';
export {
  recoverSigner,
  transferAuthorizationHash,
  type RecoverSigner,
  type TokenDomain,
  type TransferAuthorization,
} from './transfer-authorization.js';
export {
  ledgerSchemeClient,
  PaymentRefusedError,
  registerLedgerClient,
  type LedgerSchemeClient,
  type ResolveChallenge,
  type ResolvedPayment,
  type ResolveRequest,
} from './plug-ins/ledger-client.js';
export { decimalPrice, parseLedgerPrice, type LedgerPrice } from './plug-ins/ledger-price.js';
export {
  ledgerSchemeServer,
  registerLedgerServer,
  type LedgerSchemeServer,
  type LedgerServerOptions,
} from './plug-ins/ledger-server.js';
export type { SdkPaymentPayload, SdkPrice, SdkRequirements } from './plug-ins/sdk-types.js';
