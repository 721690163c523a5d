import { BursarBus, BursarClient, type BursarBusOptions } from '#client';
import type { InstanceAddresses } from './instance.js';
import { Organizations } from './organizations.js';
import { plainCall, type PlainAnswer, type PlainCall } from './plain-http.js';
import { sharedInstance } from './shared-instance.js';

/** What an end-to-end test works with: the running Bursar, orgs of its own in it, and callers of both kinds. */
export class EndToEnd {
  readonly #buses: BursarBus[] = [];

  private constructor(
    readonly instance: InstanceAddresses,
    readonly organizations: Organizations,
  ) {}

  /** On the Bursar that all tests share, or on one of the test's own. */
  static async begin(instance?: InstanceAddresses): Promise<EndToEnd> {
    const addresses = instance ?? (await sharedInstance());
    return new EndToEnd(addresses, await Organizations.connect(addresses));
  }

  client(token: string): BursarClient {
    return new BursarClient({ url: this.instance.url, token });
  }

  /** Closed at the end. */
  async bus(token: string, options: Partial<BursarBusOptions> = {}): Promise<BursarBus> {
    const bus = await BursarBus.connect({ url: this.instance.natsUrl, token, ...options });
    this.#buses.push(bus);
    return bus;
  }

  call(method: string, path: string, call?: PlainCall): Promise<PlainAnswer> {
    return plainCall(this.instance.url, method, path, call);
  }

  async end(): Promise<void> {
    await Promise.all(this.#buses.map((bus) => bus.close({ wait_ms: 0 })));
    await this.organizations.close();
  }
}
