import { describe, expect, it } from '@jest/globals';
import {
  ledgerSchemeClient,
  PaymentRefusedError,
  registerLedgerClient,
  type LedgerSchemeClient,
  type ResolvedPayment,
  type ResolveRequest,
} from './ledger-client.js';
import type { SdkCreationContext, SdkRequirements } from './sdk-types.js';

const requirements = (amount: string): SdkRequirements => ({
  scheme: 'exact',
  network: 'ledger:main',
  amount,
  asset: 'USD',
  payTo: 'writer',
  maxTimeoutSeconds: 60,
  extra: {},
});
const resource = { url: 'https://writer.example/page' };
const chosen = (selectedRequirements: SdkRequirements, url = resource.url): SdkCreationContext => ({
  paymentRequired: { x402Version: 2, resource: { url } },
  selectedRequirements,
});

/** Answers as Bursar does, and tells what it was asked. */
function bursar(answer: (asked: ResolveRequest) => ResolvedPayment = () => ({ payment_token: 'a.b.c' })) {
  const asked: ResolveRequest[] = [];
  const resolve = (request: ResolveRequest) => {
    asked.push(request);
    return Promise.resolve().then(() => answer(request));
  };
  return { asked, resolve };
}

describe('the plug-in of a client', () => {
  it('C5: asks for the chosen requirement with the resource that it is for, and sends the token', async () => {
    const { asked, resolve } = bursar();
    const client = ledgerSchemeClient('exact', resolve);
    const selected = requirements('10000');
    await client.schemeHooks.onBeforePaymentCreation(chosen(selected));
    expect(await client.createPaymentPayload(2, selected)).toEqual({ x402Version: 2, payload: { token: 'a.b.c' } });
    expect(asked).toEqual([{ challenge: { x402Version: 2, resource, accepts: [selected] } }]);
  });

  it('C5: payments that are made at the same time keep their resources apart', async () => {
    const { asked, resolve } = bursar();
    const client = ledgerSchemeClient('exact', resolve);
    const [one, other] = [requirements('10000'), requirements('10000')];
    await client.schemeHooks.onBeforePaymentCreation(chosen(one, 'https://writer.example/one'));
    await client.schemeHooks.onBeforePaymentCreation(chosen(other, 'https://writer.example/other'));
    await Promise.all([client.createPaymentPayload(2, one), client.createPaymentPayload(2, other)]);
    expect(asked.map(({ challenge }) => challenge)).toEqual([
      expect.objectContaining({ resource: { url: 'https://writer.example/one' } }),
      expect.objectContaining({ resource: { url: 'https://writer.example/other' } }),
    ]);
  });

  it('C5: pays for nothing where it does not know for what', async () => {
    const { asked, resolve } = bursar();
    await expect(ledgerSchemeClient('exact', resolve).createPaymentPayload(2, requirements('1'))).rejects.toThrow(
      /registerLedgerClient/,
    );
    expect(asked).toEqual([]);
  });

  it('C1: passes extensions on, and gives back what Bursar adds to them', async () => {
    const extensions = { 'payment-identifier': { info: { required: true } } };
    const added = { 'payment-identifier': { info: { required: true, id: 'pay_00000000000000000000' } } };
    const { asked, resolve } = bursar(() => ({ payment_token: 'a.b.c', payment_payload: { extensions: added } }));
    const client = ledgerSchemeClient('exact', resolve);
    const selected = requirements('10000');
    const context = chosen(selected);
    await client.schemeHooks.onBeforePaymentCreation({
      ...context,
      paymentRequired: { ...context.paymentRequired, extensions },
    });
    expect(await client.createPaymentPayload(2, selected)).toMatchObject({ extensions: added });
    expect(asked[0]!.challenge).toMatchObject({ extensions });
  });

  it('A6: a challenge of v1 is asked for and answered as one', async () => {
    const { asked, resolve } = bursar();
    const selected = requirements('10000');
    expect(await ledgerSchemeClient('exact', resolve).createPaymentPayload(1, selected)).toEqual({
      x402Version: 1,
      scheme: 'exact',
      network: 'ledger:main',
      payload: { token: 'a.b.c' },
    });
    expect(asked).toEqual([{ challenge: { x402Version: 1, accepts: [selected] } }]);
  });

  it('A9: only dollars are told to be worth dollars, so that the caps of the SDK mean what they say', () => {
    const client = ledgerSchemeClient('exact', bursar().resolve);
    expect(client.findDefaultAsset('USD')).toEqual({ asset: 'USD', decimals: 6, symbol: 'USD' });
    for (const other of ['JPY', 'usd', 'EUR', '']) expect(client.findDefaultAsset(other)).toBeUndefined();
  });

  it('D7: a refusal begins with its code, since the SDK passes on its message alone', async () => {
    const refused = Object.assign(new Error('The cap of 5.00 is reached.'), { code: 'spending_cap_exceeded' });
    const { resolve } = bursar(() => {
      throw refused;
    });
    const paying = ledgerSchemeClient('exact', resolve).createPaymentPayload(1, requirements('1'));
    await expect(paying).rejects.toMatchObject({
      name: 'PaymentRefusedError',
      code: 'spending_cap_exceeded',
      message: 'spending_cap_exceeded: The cap of 5.00 is reached.',
      cause: refused,
    });
  });

  it('D7: any other error comes through as it is', async () => {
    const lost = new Error('fetch failed');
    const { resolve } = bursar(() => {
      throw lost;
    });
    await expect(ledgerSchemeClient('exact', resolve).createPaymentPayload(1, requirements('1'))).rejects.toBe(lost);
  });

  it('A9: a payment that waits for an approval sends nothing', async () => {
    const { resolve } = bursar(() => ({}));
    const paying = ledgerSchemeClient('exact', resolve).createPaymentPayload(1, requirements('1'));
    await expect(paying).rejects.toThrow(PaymentRefusedError);
    await expect(paying).rejects.toMatchObject({ code: 'payment_pending_approval' });
  });

  it('A6: registers both schemes for every ledger network, and hears of challenges where schemes have no hooks', async () => {
    const { asked, resolve } = bursar();
    const registered: [string, LedgerSchemeClient][] = [];
    const hooks: ((context: SdkCreationContext) => Promise<void>)[] = [];
    const older = {
      register: (network: string, client: LedgerSchemeClient) => registered.push([network, client]),
      onBeforePaymentCreation: (hook: (context: SdkCreationContext) => Promise<void>) => hooks.push(hook),
    };
    expect(registerLedgerClient(older, resolve)).toBe(older);
    expect(registered.map(([network, { scheme }]) => `${network} ${scheme}`)).toEqual([
      'ledger:* exact',
      'ledger:* upto',
    ]);
    const selected = requirements('10000');
    for (const hook of hooks) await hook(chosen(selected));
    await registered[1]![1].createPaymentPayload(2, selected);
    expect(asked[0]!.challenge).toMatchObject({ resource });
  });
});
