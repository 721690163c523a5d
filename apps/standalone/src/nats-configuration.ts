import { natsServerConfiguration, readServerTemplate } from '#bus';
import { projectRoot } from '#embedded';
import { fromSeed } from '@nats-io/nkeys';
import type { NatsIdentities } from './stores.js';

/** `deploy/nats/bursar.conf` with the identities of this installation: who may connect is decided by auth callout. */
export function natsConfiguration({ serviceUser, servicePassword, issuerSeed }: NatsIdentities): string {
  return natsServerConfiguration({
    template: readServerTemplate(projectRoot),
    secrets: {
      service_user: serviceUser,
      service_password: servicePassword,
      issuer_public_key: fromSeed(new TextEncoder().encode(issuerSeed)).getPublicKey(),
    },
  });
}
