export { assertAuthCallout, AuthCalloutMissing } from './assert-auth-callout.js';
export { AuthCalloutResponder, type AuthCalloutOptions, type CredentialVerifier } from './auth-callout.js';
export { BatchConsumer, type BatchConsumerOptions, type BatchHandlerFunction, retryDelay } from './batch-consumer.js';
export type { BusMessage } from './bus-message.js';
export { type BusSecrets, newBusSecrets } from './bus-secrets.js';
export { type BusConnection, type BusConnectionOptions, type BusCredentials, connectBus } from './connection.js';
export { browseDeadLetters, type DeadLetter } from './dead-letters.js';
export { ensureStreams, type EnsureStreamsOptions } from './ensure-streams.js';
export { EventPublisher, type EventRecord, PublishFailed } from './event-publisher.js';
export type { OwnerClientOptions } from './owner-channel.js';
export type { NearOwner } from './near-owner.js';
export { OwnerClient } from './owner-client.js';
export { type OwnerCall, OwnerResponder } from './owner-responder.js';
export { ReplyInParts } from './parts/reply-in-parts.js';
export { replySubjectAllowed } from './reply-subject.js';
export { Requester, RequestFailed } from './requester.js';
export { rawHeaders } from './raw-headers.js';
export {
  BUS_ACCOUNT,
  natsServerConfiguration,
  readServerTemplate,
  type ServerConfigurationOptions,
} from './server-configuration.js';
export {
  type ConsumerDefinition,
  DEFAULT_STREAM_LIMITS,
  partitionConsumer,
  type PartitionedStream,
  type StreamLimits,
} from './streams.js';
export { SettlementClient } from './settlement-client.js';
export { trimDecidedIntents } from './trim-decided.js';
export {
  type BusPermissions,
  clientInboxPrefix,
  permissionsOf,
  type VerifiedCredential,
} from './subject-permissions.js';
export { BusContext } from './nest/bus-context.js';
export {
  BatchHandler,
  type BatchHandlerOptions,
  JETSTREAM_TRANSPORT,
  JetStreamHandler,
  type JetStreamHandlerOptions,
  OwnerRequestHandler,
  RequestHandler,
  type RequestHandlerOptions,
} from './nest/handlers.js';
export { BusRecord, type Emitted, JetStreamClient } from './nest/jetstream-client.js';
export { JetStreamServer, type JetStreamServerOptions } from './nest/jetstream-server.js';
