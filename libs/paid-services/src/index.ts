export { serviceDefinitionSchema, type AnswerField, type ServiceDefinition, type TypedCall } from './definition.js';
export type { PayloadField } from './payload-schema.js';
export type { Price } from './price-schema.js';
export { readServiceDefinition, type DefinitionProblem, type ReadServiceDefinition } from './read-definition.js';
export { priceText } from './price-text.js';
export { quoteCall, type Quote, type QuotedCall } from './quote.js';
export { readSecret, sandboxSecret, secretParts, type Secret } from './secret.js';
export { upstreamRequest, type UpstreamRequest } from './upstream-request.js';
export {
  readUpstreamAnswer,
  type AnswerFault,
  type ReadUpstreamAnswer,
  type UpstreamAnswer,
} from './upstream-answer.js';
export { typedAnswer, typedPayload, typedProblem, TYPED_ANSWER } from './typed.js';
export { StreamMeter, type StreamEnd } from './stream-meter.js';
export { nearNames } from './near-names.js';
export { writeJson } from './json-writer.js';
export { PAID_SERVICE_BOUNDS } from './bounds.js';
