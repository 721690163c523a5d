import { RefusedError, type BursarClient } from '#client';
import type { LocalAccount } from 'viem';
import { EndToEnd } from '../../support/end-to-end.js';
import type { InstanceAddresses } from '../../support/instance.js';
import type { Organization } from '../../support/organizations.js';

/** A buyer and a seller in an org of their own, in a real Bursar. */
export class Market {
  private constructor(
    private readonly world: EndToEnd,
    readonly organization: Organization,
    readonly url: string,
    /** The buyer's own client, as its agent holds it. */
    readonly buyer: BursarClient,
    readonly seller: BursarClient,
    /** The credential that a resource server has. */
    readonly sellerToken: string,
  ) {}

  /** In the Bursar that all tests share, or in one of the test's own. */
  static async open(instance?: InstanceAddresses): Promise<Market> {
    const world = await EndToEnd.begin(instance);
    const organization = await world.organizations.open();
    const buyer = await organization.client.agents.create({ handle: 'buyer', per_tx_limit: '0.50' });
    const seller = await organization.client.agents.create({ handle: 'seller' });
    return new Market(
      world,
      organization,
      world.instance.url,
      world.client(buyer.token!),
      world.client(seller.token!),
      seller.token!,
    );
  }

  /** Gives a wallet's address to an agent: the wallet signs that it wants that. */
  async register(agent: 'buyer' | 'seller', wallet: LocalAccount): Promise<void> {
    const { token } = this.organization;
    const path = `/v1/agents/${agent}/addresses`;
    const { json } = await this.world.call('GET', path, { token });
    const message = (json['text_to_sign'] as string).replace('{address}', wallet.address.toLowerCase());
    const signature = await wallet.signMessage({ message });
    const answer = await this.world.call('POST', path, { token, body: { address: wallet.address, signature } });
    if (answer.status !== 201) throw new Error(answer.text);
  }

  /** What Bursar settles. */
  async kinds(): Promise<{ x402Version: number; network: string; extra: Record<string, string> }[]> {
    return (await this.world.call('GET', '/x402/supported')).json['kinds'] as never;
  }

  /** What the buyer has spent and holds, as decimals. */
  async spend(): Promise<{ spent: number; held: number }> {
    const { spent_usd: spent, held_usd: held } = await this.buyer.agents.spend('buyer');
    return { spent, held };
  }

  /** What `work` made the buyer spend, in micro-dollars, and what it left held. */
  async cost(work: () => Promise<unknown>): Promise<{ spent: number; held: number }> {
    const before = await this.spend();
    await work();
    const after = await this.spend();
    return {
      spent: Math.round((after.spent - before.spent) * 1e6),
      held: Math.round((after.held - before.held) * 1e6),
    };
  }

  /** What a payment became of. */
  async status(payment_id: string): Promise<string> {
    return (await this.organization.client.payments.get(payment_id)).status;
  }

  /** What the seller earned by a payment of another org, once that has reached its book. */
  async earned(payment_id: string): Promise<string> {
    const end = Date.now() + 10_000;
    for (;;) {
      const incoming = await this.seller.payments.getIncoming(payment_id).catch((error: unknown) => {
        if (error instanceof RefusedError && error.status === 404 && Date.now() < end) return undefined;
        throw error;
      });
      if (incoming) return incoming.amount;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  close(): Promise<void> {
    return this.world.end();
  }
}
