import { randomBytes } from 'node:crypto';
import { createAccount } from '@nats-io/nkeys';

/** Made at the first start and kept: by them the services are known to the server, and their word on others. */
export interface BusSecrets {
  service_user: string;
  service_password: string;
  /** Signs who may connect; `SA…`. Only the responders of the auth callout need it. */
  issuer_seed: string;
  /** What the server's configuration names: `A…`. */
  issuer_public_key: string;
}

export function newBusSecrets(): BusSecrets {
  const issuer = createAccount();
  return {
    service_user: 'bursar-services',
    service_password: randomBytes(32).toString('base64url'),
    issuer_seed: new TextDecoder().decode(issuer.getSeed()),
    issuer_public_key: issuer.getPublicKey(),
  };
}
