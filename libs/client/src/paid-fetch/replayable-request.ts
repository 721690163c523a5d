import { PaidFetchError } from './paid-fetch-error.js';

export type FetchInput = Parameters<typeof fetch>[0];
type Sent = { url?: URL; method?: string; headers?: Headers; body?: Uint8Array | null; redirect?: Request['redirect'] };

/** A request that can be sent more than once: its body is in memory. */
export class ReplayableRequest {
  private constructor(
    private readonly request: Request,
    private readonly others: RequestInit,
    readonly body: Uint8Array | null,
    private readonly send_by: typeof fetch,
  ) {}

  /** @throws PaidFetchError where the body is longer than `longest`; nothing was sent then */
  static async of(
    input: FetchInput,
    init: RequestInit | undefined,
    longest: number,
    sendBy: typeof fetch,
  ): Promise<ReplayableRequest> {
    const { method: _m, headers: _h, body, signal: _s, redirect: _r, duplex: _d, ...others } = init ?? {};
    // A body that comes as a stream has to say so.
    const request = new Request(input, { ...init, ...(body ? { duplex: 'half' as const } : {}) });
    return new ReplayableRequest(request, others, await bytesOf(request, longest), sendBy);
  }

  get url(): URL {
    return new URL(this.request.url);
  }

  get method(): string {
    return this.request.method;
  }

  get headers(): Headers {
    return new Headers(this.request.headers);
  }

  get redirect(): Request['redirect'] {
    return this.request.redirect;
  }

  get signal(): AbortSignal {
    return this.request.signal;
  }

  /** Sends it, with what is said changed. */
  send({ url, method, headers, body, redirect }: Sent = {}): Promise<Response> {
    const bytes = body === undefined ? this.body : body;
    return this.send_by(url ?? this.url, {
      ...this.others,
      method: method ?? this.method,
      headers: headers ?? this.headers,
      redirect: redirect ?? this.redirect,
      signal: this.signal,
      ...(bytes === null ? {} : { body: bytes }),
    });
  }
}

async function bytesOf(request: Request, longest: number): Promise<Uint8Array | null> {
  if (request.body === null) return null;
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of request.body as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > longest) {
      throw new PaidFetchError('body_not_replayable', `its body is longer than ${longest} bytes`, { url: request.url });
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}
