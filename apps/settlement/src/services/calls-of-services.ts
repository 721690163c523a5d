import {
  emailServiceSchema,
  imageServiceSchema,
  payServiceSchema,
  searchServiceSchema,
  smsServiceSchema,
  type SettlementAnswer,
  type SettlementRequest,
} from '#contracts';
import { typedAnswer, typedPayload, typedProblem, type TypedCall } from '#paid-services';
import { callerOf } from '../owners/command-header.js';
import { credentialFirst } from '../owners/credential-first.js';
import { refuse } from '../refused.js';
import { readBody } from '../requests.js';
import type { FoundService } from './catalogue/service-catalogue.js';
import { payForCall, type Wording } from './pay-for-call.js';
import type { ServiceParts } from './ports.js';

/** `POST /v1/pay`: any service, with its own fields and its own answer. */
export function payService(parts: ServiceParts, request: SettlementRequest): Promise<SettlementAnswer> {
  return credentialFirst(parts, request, () => payForCall(parts, request, readBody(request, payServiceSchema), asItIs));
}

function asItIs(): Wording {
  return { problemOf: (problem) => problem, answerOf: (outcome) => outcome };
}

const SCHEMAS = {
  search: searchServiceSchema,
  email: emailServiceSchema,
  image: imageServiceSchema,
  sms: smsServiceSchema,
} as const;

/** `POST /v1/search` and its like: the same fields whichever service answers. */
export function payTypedCall(
  parts: ServiceParts,
  request: SettlementRequest,
  call: TypedCall,
): Promise<SettlementAnswer> {
  return credentialFirst(parts, request, async () => {
    const body = readBody(request, SCHEMAS[call]);
    const service = await serviceFor(parts, callerOf(request).org, call, body.service);
    const payload = typedPayload(service.definition, body);
    return payForCall(parts, request, { ...body, service: service.definition.name, payload }, typedWording);
  });
}

/** What was paid for is given also where the answer has not the one field that it should: the rest may be of use. */
function typedWording({ definition }: FoundService): Wording {
  return {
    problemOf: (problem) => typedProblem(definition, problem),
    answerOf: (outcome) => {
      const typed = typedAnswer(definition, outcome.body);
      return typed.ok ? { ...outcome, body: { ...outcome.body, ...typed.answer } } : outcome;
    },
  };
}

/** The one that is named, else the first by name that can be called with its own secret, else the first that the sandbox stands in for. */
async function serviceFor(
  parts: ServiceParts,
  org: string,
  call: TypedCall,
  name: string | undefined,
): Promise<FoundService> {
  const services = [...(await parts.catalogue.services(org)).values()]
    .filter(({ definition }) => definition.typed?.call === call)
    .toSorted((one, other) => (one.definition.name < other.definition.name ? -1 : 1));
  if (name !== undefined) {
    const named = services.find(({ definition }) => definition.name === name);
    return (
      named ??
      refuse('service_not_found', { scope: { kind: 'service', id: name }, detail: notServing(services, call, name) })
    );
  }
  const found = (['live', 'sandbox', 'needs_secret'] as const).flatMap((mode) =>
    services.filter((one) => one.mode === mode),
  )[0];
  return found ?? refuse('service_not_found', { detail: `No service of this organization answers ${call}.` });
}

function notServing(services: readonly FoundService[], call: TypedCall, name: string): string {
  const names = services.map(({ definition }) => definition.name).join(', ');
  return `${name} is no service that answers ${call}. These do: ${names || 'none'}.`;
}
