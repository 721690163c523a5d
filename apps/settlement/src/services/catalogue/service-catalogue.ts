import type { PostgresServiceStore } from '#event-log';
import { nearNames, readSecret, readServiceDefinition, type Secret, type ServiceDefinition } from '#paid-services';
import type { SecretBox } from '#security';
import type { Logger } from '#observability';

/** What orgs define (`PostgresServiceStore` of #event-log). */
export type ServiceStore = Pick<
  PostgresServiceStore,
  'services' | 'put' | 'remove' | 'secrets' | 'keepSecret' | 'removeSecret'
>;

/** `live`: the provider is called. `sandbox`: its stand-in. `needs_secret`: nobody can be. */
export type ServiceMode = 'live' | 'sandbox' | 'needs_secret';

export interface FoundService {
  definition: ServiceDefinition;
  /** Who has defined it. */
  source: 'deployment' | 'organization';
  mode: ServiceMode;
  secret?: Secret;
}

interface Parts {
  /** What comes with Bursar, and what whoever runs it has added. */
  definitions: ReadonlyMap<string, ServiceDefinition>;
  /** Of whoever runs Bursar, for every org. */
  secrets: ReadonlyMap<string, Secret>;
  has_sandbox: boolean;
  store: ServiceStore;
  secretBox: SecretBox;
  logger: Logger;
  now?: () => number;
}

interface Known {
  services: ReadonlyMap<string, FoundService>;
  read_at: number;
}

/** How long another process may go by a definition or a secret that was changed. */
const FRESH_MS = 1_000;
const ORGS_MAXIMUM = 1_000;

/** The services that an org can call: those of the deployment, and its own, which come first. */
export class ServiceCatalogue {
  readonly #known = new Map<string, Known>();
  readonly #reading = new Map<string, Promise<ReadonlyMap<string, FoundService>>>();
  readonly #now: () => number;
  #changes = 0;

  constructor(private readonly parts: Parts) {
    this.#now = parts.now ?? Date.now;
  }

  /** All of them, by name. Rejects where the table cannot be read: fail closed. */
  async services(org: string): Promise<ReadonlyMap<string, FoundService>> {
    const known = this.#known.get(org);
    if (known && this.#now() - known.read_at < FRESH_MS) return known.services;
    const reading = this.#reading.get(org) ?? this.#read(org);
    this.#reading.set(org, reading);
    try {
      return await reading;
    } finally {
      this.#reading.delete(org);
    }
  }

  /** The service of a name, or names that are near it. */
  async find(org: string, name: string): Promise<FoundService | { near: readonly string[] }> {
    const services = await this.services(org);
    return services.get(name) ?? { near: nearNames(name, [...services.keys()]) };
  }

  /** Something of the org's was changed: the next question reads anew. */
  forget(org: string): void {
    this.#changes += 1;
    this.#known.delete(org);
    this.#reading.delete(org);
  }

  async #read(org: string): Promise<ReadonlyMap<string, FoundService>> {
    const [read_at, changes] = [this.#now(), this.#changes];
    const { store, definitions } = this.parts;
    const [own, encrypted] = await Promise.all([store.services(org), store.secrets(org)]);
    const services = new Map<string, FoundService>();
    const add = (definition: ServiceDefinition, source: FoundService['source']): void => {
      const kept = encrypted.get(definition.name);
      const secret = this.#secretOf(org, definition, source, kept);
      const mode = this.#modeOf(definition, source, secret, kept !== undefined);
      services.set(definition.name, { definition, source, mode, ...(secret && { secret }) });
    };
    for (const definition of definitions.values()) add(definition, 'deployment');
    for (const { name, definition } of own) {
      const parsed = readServiceDefinition(definition);
      if (parsed.ok) add(parsed.definition, 'organization');
      else this.parts.logger.error({ org, service: name }, 'A kept definition of a service can not be read');
      if (!parsed.ok) services.delete(name);
    }
    if (this.#known.size >= ORGS_MAXIMUM) this.#known.clear();
    // What was read before a change is not kept after it.
    if (changes === this.#changes) this.#known.set(org, { services, read_at });
    return services;
  }

  /** The org's own secret comes first. One that cannot be opened is none: the deployment's is not used in its stead. */
  #secretOf(
    org: string,
    definition: ServiceDefinition,
    source: FoundService['source'],
    encrypted: Buffer | undefined,
  ): Secret | undefined {
    // What an org defines itself is called with its own secret only: its definition says where the secret is sent.
    if (!encrypted) return source === 'deployment' ? this.parts.secrets.get(definition.name) : undefined;
    const text = this.parts.secretBox.decrypt(encrypted, secretPlace(org, definition.name));
    const read = text === undefined ? undefined : readSecret(definition, valueOf(text));
    if (read?.ok) return read.secret;
    this.parts.logger.error({ org, service: definition.name }, 'The secret of a service can not be opened');
    return undefined;
  }

  /** An org that has given a secret is never answered by the sandbox, also where the secret cannot be opened. */
  #modeOf(
    definition: ServiceDefinition,
    source: FoundService['source'],
    secret: Secret | undefined,
    hasOwn: boolean,
  ): ServiceMode {
    if (secret || !definition.secret) return 'live';
    return source === 'deployment' && this.parts.has_sandbox && !hasOwn ? 'sandbox' : 'needs_secret';
  }
}

/** Undefined where it is no JSON: one secret that cannot be read takes no other service away. */
function valueOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Whose secret it is: it opens nowhere else. */
export function secretPlace(org: string, service: string): string {
  return `${org}/${service}`;
}
