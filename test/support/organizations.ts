import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connectBus, OwnerClient, type BusConnection } from '#bus';
import { BursarClient } from '#client';
import { partitionOf } from '#contracts';
import { freshId, formatToken, newSecret, tokenHash } from '#security';
import type { InstanceAddresses } from './instance.js';

/** An org with an admin key, and nothing in it but its treasury. */
export interface Organization {
  org: string;
  key_id: string;
  /** Its admin key. */
  token: string;
  client: BursarClient;
}

/** Opens orgs as the services do, by the services' own connection; everything after that goes by the org's own key. */
export class Organizations {
  readonly #owners: OwnerClient;

  private constructor(
    private readonly instance: InstanceAddresses,
    /** All rights on the bus. */
    readonly connection: BusConnection,
  ) {
    this.#owners = new OwnerClient(connection);
  }

  static async connect(instance: InstanceAddresses): Promise<Organizations> {
    const secrets = JSON.parse(readFileSync(join(instance.dataDirectory, 'secrets.json'), 'utf8')) as {
      natsServicePassword: string;
    };
    const connection = await connectBus({
      url: instance.natsUrl,
      credentials: { user: 'bursar-service', password: secrets.natsServicePassword },
      name: 'opens organizations for tests',
    });
    return new Organizations(instance, connection);
  }

  /** `initial_amount` in units of USD; default: a million dollars. `partition`: the one that is to hold it. */
  async open(options: { initial_amount?: bigint; partition?: number } = {}): Promise<Organization> {
    const org = freshOrg(options.partition);
    const key_id = `key_${freshId()}`;
    const token = formatToken({ kind: 'key', org, subject: key_id, secret: newSecret() });
    const answer = await this.#owners.send(org, {
      type: 'organization.create',
      org,
      credential: { subject: 'owner', proven_by: 'owner' },
      fresh_id: freshId(),
      name: 'test',
      default_asset: 'USD',
      first_use: { enabled: false, per_payment: '0', per_day: '0', agents_maximum: 0, together_per_day: '0' },
      admin_key: { key_id, token_hash: tokenHash(token) },
      initial_amount: options.initial_amount ?? 1_000_000_000_000n,
    });
    if (answer.kind !== 'recorded') throw new Error(`an org cannot be opened: ${JSON.stringify(answer)}`);
    return { org, key_id, token, client: new BursarClient({ url: this.instance.url, token }) };
  }

  async close(): Promise<void> {
    this.#owners.close();
    await this.connection.close();
  }
}

function freshOrg(partition: number | undefined): string {
  for (;;) {
    const org = `org_${freshId()}`;
    if (partition === undefined || partitionOf(org) === partition) return org;
  }
}
