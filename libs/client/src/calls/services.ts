import { uuidv7 } from 'uuidv7';
import type {
  PaymentAnswer,
  ServiceAnswer,
  ServiceInFull,
  ServiceItem,
  ServiceRemovedAnswer,
  ServicesAnswer,
} from '../answers/index.js';
import { ApprovalPendingError } from '../errors.js';
import type { Answered, CallOptions, ReadOptions } from '../http/call-options.js';
import type { HttpCaller } from '../http/http-caller.js';
import type {
  EmailRequest,
  ImageRequest,
  PayServiceRequest,
  SearchRequest,
  ServiceDefinition,
  SmsRequest,
} from '../requests/index.js';

/** A service is waited for up to 25 s by Bursar itself: an attempt that is given up before would only be made again. */
const PATIENCE = { attempt_timeout_ms: 28_000, deadline_ms: 60_000 };

/** The catalogue of paid services, and the definitions and secrets that an org adds to it. */
export class ServiceCalls {
  constructor(private readonly http: HttpCaller) {}

  /** All of them, with prices and the fields of each one's payload. */
  list(options?: ReadOptions): Promise<ServicesAnswer> {
    return this.http.get('/v1/services', {}, options);
  }

  get(name: string, options?: ReadOptions): Promise<ServiceInFull> {
    return this.http.get(pathOf(name), {}, options);
  }

  /** With an admin key: a service of the org's own, or its own terms for one that there is. */
  define<Options extends CallOptions = CallOptions>(name: string, definition: ServiceDefinition, options?: Options) {
    return this.http.put<ServiceInFull, Options>(pathOf(name), definition, options);
  }

  remove<Options extends CallOptions = CallOptions>(name: string, options?: Options) {
    return this.http.delete<ServiceRemovedAnswer, Options>(pathOf(name), options);
  }

  /** The provider's key, which no call shows again. Until there is one the sandbox answers. */
  setSecret<Options extends CallOptions = CallOptions>(
    name: string,
    secret: string | Readonly<Record<string, string>>,
    options?: Options,
  ) {
    return this.http.put<ServiceItem, Options>(`${pathOf(name)}/secret`, { secret }, options);
  }

  removeSecret<Options extends CallOptions = CallOptions>(name: string, options?: Options) {
    return this.http.delete<ServiceRemovedAnswer, Options>(`${pathOf(name)}/secret`, options);
  }
}

/**
 * Calls of paid services. Errors besides those of every call: `ApprovalPendingError`. Each holds what it may cost, calls the service, and takes what it did
 * cost.
 */
export class PaidCalls {
  constructor(private readonly http: HttpCaller) {}

  /** Calls any service of the catalogue; `Answer` is what that one answers. */
  pay<Answer extends object, Options extends CallOptions>(request: PayServiceRequest, options?: Options) {
    return this.#paid<Answer, Options>('/v1/pay', request, options);
  }

  search<Options extends CallOptions>(request: SearchRequest, options?: Options) {
    return this.#paid<{ result?: string }, Options>('/v1/search', request, options);
  }

  email<Options extends CallOptions>(request: EmailRequest, options?: Options) {
    return this.#paid<{ message_id?: string }, Options>('/v1/email/send', request, options);
  }

  image<Options extends CallOptions>(request: ImageRequest, options?: Options) {
    return this.#paid<{ url?: string }, Options>('/v1/image', request, options);
  }

  sms<Options extends CallOptions>(request: SmsRequest, options?: Options) {
    return this.#paid<{ message_id?: string }, Options>('/v1/sms', request, options);
  }

  async #paid<Answer, Options extends CallOptions>(
    path: string,
    request: { idempotency_key?: string },
    options?: Options,
  ): Promise<Answered<Answer & ServiceAnswer, Options>> {
    const idempotency_key = options?.idempotency_key ?? request.idempotency_key ?? uuidv7();
    const patient = { ...PATIENCE, ...options, idempotency_key } as unknown as Options;
    const answer = await this.http.post<Answer & ServiceAnswer, Options>(path, request, patient);
    const { credits_spent, ...payment } = answer as Partial<ServiceAnswer> & PaymentAnswer;
    if (credits_spent === undefined && payment.status === 'pending_approval')
      throw new ApprovalPendingError(payment, idempotency_key);
    return answer;
  }
}

function pathOf(name: string): string {
  return `/v1/services/${encodeURIComponent(name)}`;
}
