import { NestFactory } from '@nestjs/core';
import type { MicroserviceOptions } from '@nestjs/microservices';
import { connectBus, JetStreamServer, type NearOwner } from '#bus';
import type { Config } from '#config';
import { NoteKeeper, PostgresLogStore, PostgresNoteStore } from '#event-log';
import { createLogger, NestLogger } from '#observability';
import { authorizationModule } from './authorization.module.js';
import { AuthorizationProcess } from './process/authorization-process.js';
import { settingsOf } from './process/settings.js';

export interface RunningAuthorization {
  /** For callers in this process. */
  readonly near: NearOwner;
  /** Whether the admin key of the settings is one of the first organization; false where another process has its book. */
  readonly adminKeyLetIn: boolean;
  /** What was begun is finished, and the leases are given back. */
  readonly stop: () => Promise<void>;
}

/** Opens what authorization stands on, claims what books are free, and serves them. */
export async function startAuthorization(config: Config<'authorization'>): Promise<RunningAuthorization> {
  const logger = createLogger({ service: 'authorization', level: config.logLevel });
  const log = await PostgresLogStore.open({ url: config.databaseUrl });
  const noteStore = new PostgresNoteStore({ url: config.databaseUrl, retention_days: config.noteRetentionDays });
  const notes = new NoteKeeper({
    store: noteStore,
    // Many in one transaction, so that the log's own writes are hardly disturbed.
    gather_ms: 100,
    alarm: (message, error) => logger.error({ err: error }, message),
  });
  const bus = await connectBus({
    url: config.natsUrl,
    credentials: { user: config.natsServiceUser, password: config.natsServicePassword },
    name: 'bursar authorization',
    logger,
  });
  const transport = new JetStreamServer({ connection: bus, streams: { mode: 'create' }, logger });
  const app = await NestFactory.createMicroservice<MicroserviceOptions>(
    authorizationModule({
      log,
      bus,
      transport,
      logger,
      settings: settingsOf(config),
      keepNote: (note) => void notes.keep(note),
    }),
    { strategy: transport, logger: new NestLogger(logger), abortOnError: false },
  );
  await app.listen();
  const authorization = app.get(AuthorizationProcess);
  const { admin_key_let_in } = await authorization.start();
  const stop = async (): Promise<void> => {
    await authorization.stop();
    await app.close();
    await bus.close();
    await notes.close();
    await noteStore.close();
    await log.close();
  };
  return { near: authorization.near, adminKeyLetIn: admin_key_let_in, stop };
}
