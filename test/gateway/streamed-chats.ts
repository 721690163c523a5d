import { Provider, type ProviderReply, type ServiceProcess } from '#testing';
import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Stream } from './event-stream.js';
import { ADMIN_KEY, call, Services, type Called, type RunningGateway } from './services.js';

export const SECRET = 'sk-0123456789"abcdef/XYZ';

export interface Chat {
  stream: Stream;
  asked: () => number;
  /** Asks for it, with the same key each time. */
  ask: (at?: RunningGateway, signal?: AbortSignal) => Promise<Response>;
  again: (at?: RunningGateway) => Promise<Called>;
  spend: () => Promise<{ spent_usd: number; held_usd: number }>;
}

export interface StartedChats {
  services: Services;
  gateway: RunningGateway;
  inOneProcess: RunningGateway;
}

/** Chats with a streamed service, at a gateway whose settlement is another process and at one that is both. */
export class StreamedChats {
  readonly settlements: ServiceProcess[] = [];
  readonly #replies = new Map<string, () => Promise<ProviderReply> | ProviderReply>();
  #services!: Services;
  #gateway!: RunningGateway;
  #provider!: Provider;

  async start(): Promise<StartedChats> {
    this.#services = await Services.start();
    this.#provider = await Provider.start(({ body }) => {
      const text = [...this.#replies.keys()].find((one) => body.includes(one));
      if (text === undefined) throw new Error(`Nobody has said what to answer to ${body}`);
      return this.#replies.get(text)!();
    });
    const services = this.#services;
    const [, gateway] = await Promise.all([services.authorization(), services.gateway(), this.startSettlement()]);
    this.#gateway = gateway;
    const inOneProcess = await services.gatewayWithSettlement({ BURSAR_UPSTREAM_ORIGINS: this.#provider.url });
    await this.#put('', definition(this.#provider.url), '"chat"');
    await this.#put('/secret', { secret: SECRET }, '"mode":"live"');
    // Another process may go by the old one for a second.
    await pause(1_200);
    return { services, gateway, inOneProcess };
  }

  async stop(): Promise<void> {
    await this.#services?.stop();
    await this.#provider?.stop();
  }

  readonly startSettlement = async (): Promise<void> => {
    this.settlements.push(await this.#services.settlement({ BURSAR_UPSTREAM_ORIGINS: this.#provider.url }));
  };

  /** A chat of an agent of its own. */
  readonly chat = async (begins_after_ms = 0): Promise<Chat> => {
    const [text, handle] = [`text-${randomBytes(6).toString('hex')}`, `payer-${randomBytes(5).toString('hex')}`];
    const stream = new Stream();
    this.#replies.set(text, async () => {
      await pause(begins_after_ms);
      return { events: stream };
    });
    const opened = await call(this.#gateway.url, 'POST', '/v1/agents', { body: { handle } });
    if (opened.status >= 300) throw new Error(`The agent ${handle} is not there: ${opened.text}`);
    const body = { service: 'chat', agent_id: handle, payload: { text, stream: true }, deadline_ms: 4_000 };
    const headers = { 'idempotency-key': text };
    return {
      stream,
      asked: () => this.#provider.asked(text),
      ask: (at = this.#gateway, signal) =>
        fetch(`${at.url}/v1/pay`, {
          method: 'POST',
          headers: { ...headers, authorization: `Bearer ${ADMIN_KEY}`, 'content-type': 'application/json' },
          body: JSON.stringify(body),
          ...(signal && { signal }),
        }),
      again: (at = this.#gateway) => call(at.url, 'POST', '/v1/pay', { body, headers }),
      spend: async () => {
        const { json } = await call(this.#gateway.url, 'GET', `/v1/agents/${handle}/spend`);
        return { spent_usd: Number(json['spent_usd']), held_usd: Number(json['held_usd']) };
      },
    };
  };

  async #put(path: string, body: object, saying: string): Promise<void> {
    const { text } = await call(this.#gateway.url, 'PUT', `/v1/services/chat${path}`, { body });
    if (!text.includes(saying)) throw new Error(`The service does not say ${saying}: ${text}`);
  }
}

/** A million tokens at most, of which each costs a millionth of a dollar. */
function definition(provider_url: string) {
  const unit = { of: 'answer', path: 'usage.completion_tokens' };
  return {
    name: 'chat',
    title: 'Chat',
    category: 'chat',
    call: { method: 'POST', url: `${provider_url}/chat`, body: { json: { text: '{payload.text}' } } },
    secret: { placed: 'header', name: 'Authorization', prefix: 'Bearer ' },
    payload: { text: { type: 'string', required: true }, stream: { type: 'boolean' } },
    price: { kind: 'per_unit', terms: [{ unit, price: '0.000001', at_most_units: 10_000_000, streamed: true }] },
    timeout_seconds: 8,
    retries: 0,
    stream: { field: 'stream', body: { stream: true }, timeout_seconds: 60 },
    max_credits_recommended: '10',
  };
}
