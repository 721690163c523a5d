import { Provider, type ProviderReply, type ServiceProcess } from '#testing';
import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { eventually, PATIENCE_OVER_RESTARTS_MS } from '../support/eventually.js';
import { call, Services, type Called, type RunningGateway } from './services.js';

export interface Payer {
  handle: string;
  token: string;
  revocation_id: string;
}

export interface StartedCalls {
  services: Services;
  authorization: ServiceProcess;
  gateway: RunningGateway;
  provider: Provider;
  database: pg.Client;
}

/** Agents that pay for two services of a provider of the test's own: `once` knows no keys, `mail` does. */
export class PaidCalls {
  /** What the provider does with a request that has the text in it; an answer of 0.02 otherwise. */
  readonly replies = new Map<string, (count: number) => Promise<ProviderReply> | ProviderReply>();
  readonly #counts = new Map<string, number>();
  readonly #settlements: ServiceProcess[] = [];
  #services!: Services;
  #gateway!: RunningGateway;
  #provider!: Provider;
  #database!: pg.Client;

  async start(): Promise<StartedCalls> {
    this.#services = await Services.start();
    this.#provider = await Provider.start(async ({ body }) => {
      const text = [...this.replies.keys()].find((one) => body.includes(one));
      if (text === undefined) return {};
      this.#counts.set(text, (this.#counts.get(text) ?? 0) + 1);
      return this.replies.get(text)!(this.#counts.get(text)!);
    });
    this.#database = new pg.Client({ connectionString: this.#services.databaseUrl });
    const [authorization, gateway] = await Promise.all([
      this.#services.authorization(),
      this.#services.gateway(),
      this.startSettlement(),
    ]);
    this.#gateway = gateway;
    await this.#database.connect();
    await this.#define('once', {});
    await this.#define('mail', { idempotency: { header: 'Idempotency-Key' } });
    return { services: this.#services, authorization, gateway, provider: this.#provider, database: this.#database };
  }

  async stop(): Promise<void> {
    await this.#database?.end();
    await this.#services?.stop();
    await this.#provider?.stop();
  }

  readonly startSettlement = async (): Promise<ServiceProcess> => {
    const settlement = await this.#services.settlement({ BURSAR_UPSTREAM_ORIGINS: this.#provider.url });
    this.#settlements.push(settlement);
    return settlement;
  };

  /** Kills all of settlement, as a power cut would. */
  readonly killSettlement = async (): Promise<void> => {
    await Promise.all(this.#settlements.splice(0).map(kill));
  };

  readonly post = (path: string, body: unknown = {}): Promise<Called> =>
    call(this.#gateway.url, 'POST', path, { body });

  readonly payer = async (fields: object = {}): Promise<Payer> => {
    const { json } = await this.post('/v1/agents', { handle: `payer-${randomBytes(5).toString('hex')}`, ...fields });
    return json as unknown as Payer;
  };

  readonly pay = (
    service: string,
    text: string,
    { handle }: Payer,
    key?: string,
    fields: object = {},
  ): Promise<Called> => {
    const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
    return call(this.#gateway.url, 'POST', '/v1/pay', {
      body: { service, agent_id: handle, payload: { text }, ...fields },
      headers,
    });
  };

  readonly spend = async ({ handle }: Payer): Promise<{ spent_usd: number; held_usd: number }> => {
    const { json } = await call(this.#gateway.url, 'GET', `/v1/agents/${handle}/spend`);
    return { spent_usd: Number(json['spent_usd']), held_usd: Number(json['held_usd']) };
  };

  /** The time passes for which a process sees to its calls itself. */
  readonly letTimePass = async (): Promise<void> => {
    await this.#database.query('update bursar.service_call_open set ends_at = now()');
  };

  /** A provider that answers when it is told to. */
  readonly gate = (text: string, reply: ProviderReply = {}): { came: () => Promise<unknown>; open: () => void } => {
    let open!: () => void;
    const opened = new Promise<void>((resolve) => (open = resolve));
    this.replies.set(text, async (count) => {
      if (count === 1) await opened;
      return reply;
    });
    return {
      came: () =>
        eventually(
          () => this.#provider.asked(text),
          (asked) => asked > 0,
          PATIENCE_OVER_RESTARTS_MS,
        ),
      open,
    };
  };

  async #define(name: string, fields: object): Promise<void> {
    const body = {
      name,
      title: name,
      category: 'test',
      call: { method: 'POST', url: `${this.#provider.url}/ask`, body: { json: { text: '{payload.text}' } } },
      payload: { text: { type: 'string', required: true } },
      price: { kind: 'reported', path: 'cost', currency: 'USD', at_most: '0.05' },
      timeout_seconds: 8,
      retries: 0,
      max_credits_recommended: '0.05',
      ...fields,
    };
    const { text } = await call(this.#gateway.url, 'PUT', `/v1/services/${name}`, { body });
    if (!text.includes('"mode":"live"')) throw new Error(`The service ${name} is not live: ${text}`);
  }
}

export async function kill(service: ServiceProcess): Promise<void> {
  service.kill('SIGKILL');
  await service.exited;
}

/** A text that no other test asks for. */
export function ownText(): string {
  return `text-${randomBytes(6).toString('hex')}`;
}
