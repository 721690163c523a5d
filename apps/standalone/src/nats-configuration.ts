import { projectRoot } from '#embedded';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NatsIdentities } from './stores.js';

/** `deploy/nats/bursar.conf` with the identities of this installation. */
export function natsConfiguration(_identities: NatsIdentities): string {
  return readFileSync(join(projectRoot, 'deploy', 'nats', 'bursar.conf'), 'utf8');
}
