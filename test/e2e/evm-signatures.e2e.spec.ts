import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { EndToEnd } from '../support/end-to-end.js';
import { evmParties, TENTH, tokenOf } from '../support/evm-parties.js';
import { EvmWallet, withHighS, withSmallV, type Token } from '../support/evm-wallet.js';

let world: EndToEnd;
let token: Token;
beforeAll(async () => {
  world = await EndToEnd.begin();
  token = await tokenOf(world);
}, 120_000);
afterAll(() => world?.end());

const { twoParties, callOf, paid, ask } = evmParties(() => ({ world, token }));

describe('What is signed wrongly', () => {
  const other = new EvmWallet();
  const seconds = () => BigInt(Math.floor(Date.now() / 1000));
  type Parties = Awaited<ReturnType<typeof twoParties>>;
  type Case = [string, string, (parties: Parties) => object];
  const to = ({ payee }: Parties) => payee.wallet.address;
  const signature = 'invalid_exact_evm_payload_signature';
  const cases: Case[] = [
    [
      'by another key',
      signature,
      (all) => callOf(to(all), other.authorize(token, to(all), TENTH, { from: all.payer.wallet.address })),
    ],
    [
      'for another chain',
      signature,
      (all) => callOf(to(all), all.payer.wallet.authorize({ ...token, chainId: 8453n }, to(all), TENTH)),
    ],
    [
      'for another token',
      signature,
      (all) => callOf(to(all), all.payer.wallet.authorize({ ...token, asset: other.address }, to(all), TENTH)),
    ],
    [
      'for a token of another name',
      signature,
      (all) => callOf(to(all), all.payer.wallet.authorize({ ...token, name: 'USD Coin' }, to(all), TENTH)),
    ],
    [
      'to another recipient',
      'invalid_exact_evm_payload_recipient_mismatch',
      (all) => callOf(to(all), all.payer.wallet.authorize(token, other.address, TENTH)),
    ],
    [
      'to a recipient who was exchanged',
      signature,
      (all) => {
        const signed = all.payer.wallet.authorize(token, other.address, TENTH);
        return callOf(to(all), { ...signed, authorization: { ...signed.authorization, to: to(all) } });
      },
    ],
    [
      'for another value',
      'invalid_exact_evm_payload_authorization_value_mismatch',
      (all) => callOf(to(all), paid(all.payer, all.payee, TENTH - 1n)),
    ],
    [
      'for a value that was raised',
      signature,
      (all) => {
        const signed = paid(all.payer, all.payee);
        const authorization = { ...signed.authorization, value: '200000' };
        return callOf(to(all), { ...signed, authorization }, { amount: '200000' });
      },
    ],
    [
      'for later',
      'invalid_exact_evm_payload_authorization_valid_after',
      (all) => callOf(to(all), all.payer.wallet.authorize(token, to(all), TENTH, { validAfter: seconds() + 30n })),
    ],
    [
      'for earlier',
      'invalid_exact_evm_payload_authorization_valid_before',
      (all) => callOf(to(all), all.payer.wallet.authorize(token, to(all), TENTH, { validBefore: seconds() - 1n })),
    ],
    [
      'for longer than a day',
      'invalid_exact_evm_payload_authorization_valid_before',
      (all) => callOf(to(all), all.payer.wallet.authorize(token, to(all), TENTH, { validBefore: seconds() + 86_500n })),
    ],
    [
      'with the other s',
      signature,
      (all) => {
        const signed = paid(all.payer, all.payee);
        return callOf(to(all), { ...signed, signature: withHighS(signed.signature) });
      },
    ],
    [
      'with v of 0 or 1',
      signature,
      (all) => {
        const signed = paid(all.payer, all.payee);
        return callOf(to(all), { ...signed, signature: withSmallV(signed.signature) });
      },
    ],
    [
      'with another nonce than was signed',
      signature,
      (all) => {
        const signed = paid(all.payer, all.payee);
        const authorization = { ...signed.authorization, nonce: `0x${'1'.repeat(64)}` };
        return callOf(to(all), { ...signed, authorization });
      },
    ],
    [
      'by the address of nobody',
      'address_not_registered',
      (all) => callOf(to(all), other.authorize(token, to(all), TENTH)),
    ],
    [
      'to the address of nobody',
      'payee_not_found',
      (all) => callOf(other.address, all.payer.wallet.authorize(token, other.address, TENTH)),
    ],
    [
      'to oneself',
      'payee_is_payer',
      (all) => {
        const { address } = all.payee.wallet;
        return callOf(address, all.payee.wallet.authorize(token, address, TENTH));
      },
    ],
    [
      'for escrow',
      'invalid_payment_requirements',
      (all) =>
        callOf(to(all), paid(all.payer, all.payee), {
          extra: { name: token.name, version: token.version, paymentFlow: 'escrow' },
        }),
    ],
    ['with nothing signed', 'invalid_payload', (all) => callOf(to(all), {})],
    [
      'under another name of the token in the requirements',
      'invalid_payment_requirements',
      (all) => callOf(to(all), paid(all.payer, all.payee), { extra: { name: 'USD Coin', version: '2' } }),
    ],
    [
      'for a token of others',
      'invalid_payment_requirements',
      (all) => callOf(to(all), paid(all.payer, all.payee), { asset: other.address }),
    ],
    [
      'for a real chain',
      'invalid_network',
      (all) => callOf(to(all), paid(all.payer, all.payee), { network: 'eip155:8453' }),
    ],
  ];
  let parties: Parties;
  beforeAll(async () => void (parties = await twoParties()));

  it.each(cases)(
    'C5 A12: %s is refused as %s, by /verify and /settle, and moves nothing',
    async (_what, reason, make) => {
      const body = make(parties);
      const verified = await ask('verify', parties.payee.bearer, body);
      expect([verified.json['isValid'], verified.json['invalidReason']]).toEqual([false, reason]);
      const settled = await ask('settle', parties.payee.bearer, body);
      expect(settled.json).toMatchObject({ success: false, errorReason: reason, transaction: '' });
      expect(await parties.organization.client.agents.spend('planner')).toMatchObject({ spent_usd: 0, held_usd: 0 });
    },
  );
});
