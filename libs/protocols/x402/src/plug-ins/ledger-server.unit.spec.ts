import { describe, expect, it } from '@jest/globals';
import { ledgerSchemeServer, registerLedgerServer, type LedgerSchemeServer } from './ledger-server.js';
import type { SdkPaymentPayload, SdkRequirements, SdkSettleContext, SdkSettlePhase } from './sdk-types.js';

const requirements: SdkRequirements = {
  scheme: 'exact',
  network: 'ledger:main',
  amount: '10000',
  asset: 'USD',
  payTo: 'writer',
  maxTimeoutSeconds: 60,
  extra: {},
};
const phases: readonly SdkSettlePhase[] = ['before-handler', 'after-handler', 'cancel'];
const settling = (phase: SdkSettlePhase, paymentFlow?: string): SdkSettleContext => {
  const asked = { ...requirements, extra: paymentFlow === undefined ? {} : { paymentFlow } };
  return {
    phase,
    requirements: asked,
    paymentPayload: { x402Version: 2, accepted: asked, payload: { token: 'a.b.c' } },
  };
};

describe('the plug-in of a server', () => {
  it('A12: asks for exact atomic units, and refuses a price that is none', async () => {
    const server = ledgerSchemeServer('exact');
    expect(await server.parsePrice('$0.01')).toEqual({ amount: '10000', asset: 'USD' });
    await expect(server.parsePrice('free')).rejects.toThrow(/cannot be asked/);
  });

  it('A9: knows the decimals of its assets, and of no other', () => {
    const server = ledgerSchemeServer('upto');
    expect(server.getAssetDecimals('USD')).toBe(6);
    expect(server.getAssetDecimals('JPY')).toBe(4);
    expect(server.getAssetDecimals('0x00')).toBeUndefined();
  });

  it('C4: in escrow the three settlements are told apart', async () => {
    const server = ledgerSchemeServer('exact');
    const types = await Promise.all(phases.map((phase) => server.enrichSettlementPayload(settling(phase, 'escrow'))));
    expect(types).toEqual([{ type: 'authorize' }, { type: 'capture' }, { type: 'void' }]);
  });

  it.each([undefined, 'authorization', 'upfront'])(
    'C4: in the flow %s a step is written too, so that a payer can write none',
    async (flow) => {
      const server = ledgerSchemeServer('exact');
      for (const phase of phases)
        expect(await server.enrichSettlementPayload(settling(phase, flow))).toEqual({ type: 'capture' });
    },
  );

  it('B3: settles a cancelled payment in escrow alone, for what was asked', () => {
    const server = ledgerSchemeServer('exact');
    const cancelled = settling('cancel', 'escrow');
    expect(server.settleOnCancel(cancelled)).toBe(cancelled.requirements);
    expect(server.settleOnCancel(settling('cancel', 'upfront'))).toBeUndefined();
    expect(server.settleOnCancel(settling('cancel'))).toBeUndefined();
  });

  it('B3: where a handler fails after the check, a settlement of 0 gives the hold back', async () => {
    const settled: [SdkPaymentPayload, SdkRequirements][] = [];
    const settle = (payload: SdkPaymentPayload, asked: SdkRequirements) =>
      Promise.resolve(settled.push([payload, asked]));
    const { schemeHooks } = ledgerSchemeServer('exact', { settle });
    const failed = settling('cancel');
    await schemeHooks!.onVerifiedPaymentCanceled(failed);
    expect(settled).toEqual([[failed.paymentPayload, { ...requirements, amount: '0' }]]);
    await schemeHooks!.onVerifiedPaymentCanceled(settling('cancel', 'escrow'));
    await schemeHooks!.onVerifiedPaymentCanceled(settling('cancel', 'upfront'));
    expect(settled).toHaveLength(1);
    expect(ledgerSchemeServer('exact').schemeHooks).toBeUndefined();
  });

  it.each(['', ' ', 'two words', 'wörter', 'x'.repeat(129)])('A9: offers nothing to pay to %j', async (payTo) => {
    await expect(ledgerSchemeServer('exact').enhancePaymentRequirements({ ...requirements, payTo })).rejects.toThrow(
      /payTo/,
    );
  });

  it.each([
    ['amount', '0'],
    ['amount', '1.5'],
    ['amount', '-1'],
    ['asset', 'EUR'],
  ])('A9: offers nothing with %s %s', async (field, value) => {
    const wrong = { ...requirements, [field]: value };
    await expect(ledgerSchemeServer('exact').enhancePaymentRequirements(wrong)).rejects.toThrow(/cannot be asked/);
  });

  it('A6: offers what the route says, unchanged', async () => {
    const asked = { ...requirements, extra: { nonce: 'n-1' } };
    expect(await ledgerSchemeServer('exact').enhancePaymentRequirements(asked)).toEqual(asked);
  });

  it('A6: registers both schemes, in all three flows', () => {
    const registered: [string, LedgerSchemeServer][] = [];
    const resourceServer = {
      register: (network: string, server: LedgerSchemeServer) => registered.push([network, server]),
    };
    expect(registerLedgerServer(resourceServer, 'ledger:main', { flow: 'escrow' })).toBe(resourceServer);
    expect(registered.map(([network, { scheme }]) => `${network} ${scheme}`)).toEqual([
      'ledger:main exact',
      'ledger:main upto',
    ]);
    expect(registered[0]![1].paymentFlows.default).toEqual({
      supported: ['authorization', 'upfront', 'escrow'],
      default: 'escrow',
    });
  });
});
