import { readFileSync } from 'node:fs';
import type { BusSecrets } from './bus-secrets.js';

/** The account in which services, agents and orchestrators meet. */
export const BUS_ACCOUNT = 'BURSAR';

export interface ServerConfigurationOptions {
  /** The text of `deploy/nats/bursar.conf`. */
  template: string;
  secrets: Pick<BusSecrets, 'service_user' | 'service_password' | 'issuer_public_key'>;
  /** How much the streams may take on disk. */
  file_store_bytes?: number;
  /** Only for memory streams, of which the services have none. */
  memory_store_bytes?: number;
}

/**
 * The configuration of a nats-server that asks the services who connects. Address, port and store directory are the
 * starter's to give on the command line.
 *
 * @throws where the template names something that is not given, or a value could end its own quotes
 */
export function natsServerConfiguration(options: ServerConfigurationOptions): string {
  const values: Record<string, string> = {
    ACCOUNT: BUS_ACCOUNT,
    SERVICE_USER: options.secrets.service_user,
    SERVICE_PASSWORD: options.secrets.service_password,
    ISSUER_PUBLIC_KEY: options.secrets.issuer_public_key,
    FILE_STORE_BYTES: String(options.file_store_bytes ?? 4 * 1024 ** 3),
    MEMORY_STORE_BYTES: String(options.memory_store_bytes ?? 64 * 1024 ** 2),
  };
  return options.template.replace(/\$\{([A-Z_]+)\}/g, (_match, name: string) => {
    const value = values[name];
    if (value === undefined) throw new Error(`The template of the nats-server configuration names ${name}`);
    if (!/^[A-Za-z0-9_.-]+$/.test(value)) throw new Error(`${name} holds a character that has a meaning there`);
    return value;
  });
}

/** The template that is delivered. `project_root` is the folder in which `deploy` lies. */
export function readServerTemplate(project_root: string): string {
  return readFileSync(`${project_root}/deploy/nats/bursar.conf`, 'utf8');
}
