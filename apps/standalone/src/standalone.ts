import type { Config, SettingKey } from '#config';
import { lockDirectory } from '#embedded';
import type { ReadyMessage } from '#observability';
import { rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { KeptService, type ServiceDefinition } from './kept-service.js';
import { forgetAdminKey, readOrMakeSecrets } from './secrets.js';
import { startStores, type NatsIdentities } from './stores.js';

/** What Bursar puts into the start, and a test replaces by something small. */
export interface StandaloneParts {
  readonly natsConfiguration: (identities: NatsIdentities) => string;
  /** Brings an empty or older database to the schema of this version. */
  readonly prepareDatabase: (urls: { databaseUrl: string; projectionDatabaseUrl: string }) => Promise<void>;
  readonly services: (
    given: Partial<Record<SettingKey, string>>,
    dataDirectory: string,
  ) => readonly ServiceDefinition[];
  /** Where it is given and the settings ask for it. */
  readonly sandbox?: (dataDirectory: string) => ServiceDefinition;
  readonly print: (line: string) => void;
}

export interface Standalone {
  readonly url: string;
  readonly natsUrl: string;
  /** Where calls to paid services without a secret go; undefined where they are refused. */
  readonly sandboxUrl: string | undefined;
  readonly dataDirectory: string;
  /** Only after the first start. */
  readonly adminKeyToShow: string | undefined;
  /** Resolves with the reason when something ended again and again, and this start cannot go on. */
  readonly failed: Promise<string>;
  stop(): Promise<void>;
}

/**
 * Servers, then schema, then services, each when the one before is ready. Whatever fails, nothing stays running.
 *
 * @throws Error that says which part failed and why.
 */
export async function startStandalone(config: Config<'standalone'>, parts: StandaloneParts): Promise<Standalone> {
  const dataDirectory = resolve(config.dataDirectory);
  const undo: (() => Promise<void> | void)[] = [lockDirectory(dataDirectory)];
  const stop = async () => {
    for (const step of undo.splice(0).toReversed()) await step();
  };
  let giveUp: (reason: string) => void = () => undefined;
  const failed = new Promise<string>((settle) => (giveUp = settle));
  const troubles = { note: parts.print, giveUp: (reason: string) => giveUp(reason) };
  try {
    const secrets = readOrMakeSecrets(dataDirectory);
    const { natsConfiguration, print } = parts;
    const stores = await startStores({ config, dataDirectory, secrets, natsConfiguration, troubles, report: print });
    undo.push(() => stores.stop());
    const { databaseUrl, natsUrl } = stores;
    await parts.prepareDatabase({ databaseUrl, projectionDatabaseUrl: config.projectionDatabaseUrl ?? databaseUrl });

    const start = async (definition: ServiceDefinition): Promise<ReadyMessage> => {
      const { service, ready } = await KeptService.start(definition, troubles);
      undo.push(() => service.stop());
      print(`${definition.name.padEnd(16)} ready`);
      return ready;
    };
    const ownSandbox = config.sandbox && config.sandboxUrl === undefined ? parts.sandbox?.(dataDirectory) : undefined;
    const sandboxUrl = ownSandbox ? (await start(ownSandbox)).url : config.sandboxUrl;

    const given = {
      databaseUrl,
      natsUrl,
      natsServicePassword: stores.natsServicePassword,
      natsIssuerSeed: stores.natsIssuerSeed,
      adminKey: config.adminKey ?? secrets.adminKeyToShow,
      platformKey: config.platformKey ?? secrets.platformKey,
      ...(sandboxUrl === undefined ? {} : { sandboxUrl }),
      // Where seeds are set, services read them from the environment as they stand there.
      ...(config.signingSeed === undefined ? { signingSeed: secrets.signingSeed } : {}),
      ...(config.secretsSeed === undefined ? { secretsSeed: secrets.secretsSeed } : {}),
    };
    let url = `http://${config.host}:${config.port}`;
    let adminKeyLetIn = true;
    for (const definition of parts.services(given, dataDirectory)) {
      const ready = await start(definition);
      url = ready.url ?? url;
      adminKeyLetIn = ready.adminKeyLetIn ?? adminKeyLetIn;
    }
    const addresses = { url, nats_url: natsUrl, database_url: databaseUrl, sandbox_url: sandboxUrl };
    undo.push(recordAddresses(dataDirectory, addresses));
    // One that opens nothing yet is shown by a later start.
    const adminKeyToShow = adminKeyLetIn && config.adminKey === undefined ? secrets.adminKeyToShow : undefined;
    const isOver = adminKeyToShow !== undefined || config.adminKey !== undefined;
    if (isOver && secrets.adminKeyToShow !== undefined) forgetAdminKey(dataDirectory);
    return {
      url,
      natsUrl,
      sandboxUrl,
      dataDirectory,
      adminKeyToShow,
      failed,
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** For the terminal command and for people: where a running Bursar is. It holds the database's password. */
function recordAddresses(dataDirectory: string, addresses: Record<string, string | undefined>): () => void {
  const file = join(dataDirectory, 'running.json');
  writeFileSync(file, `${JSON.stringify({ pid: process.pid, ...addresses }, null, 2)}\n`, { mode: 0o600 });
  return () => rmSync(file, { force: true });
}
