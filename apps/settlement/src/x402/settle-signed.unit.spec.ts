import { describe, expect, it } from '@jest/globals';
import type { OwnerAnswer } from '#contracts';
import type { TransferSigned } from '#domain';
import { recoverSigner } from '#x402';
import {
  callV1,
  callV2,
  evm,
  ORG,
  PAYEE,
  PAYER,
  read,
  requestOf,
  settlementFor,
  v1,
} from '../../test-support/evm-call.js';
import { knownCaller } from '../../test-support/scripted.js';
import { evmRail } from './rails.js';
import { rememberedSigners } from './remembered-signers.js';
import { settlePayment } from './settle.js';
import { supported } from './supported.js';
import { verifyPayment } from './verify.js';

const HEX = '0190000000007000800000000000000a';
const paid = {
  kind: 'recorded',
  event: { type: 'payment.transferred', payment_id: `pay_${HEX}`, amount: '50000' },
  position: '1:7',
} as OwnerAnswer;
const payable: OwnerAnswer = { kind: 'signed_transfer', payer: { agent_id: 'agt_payer', handle: 'payer' } };
const unknown: OwnerAnswer = { kind: 'unavailable', code: 'outcome_unknown' };
const refused = (code: string, scope: object): OwnerAnswer =>
  ({ kind: 'refused', refusal: { code, scope } }) as unknown as OwnerAnswer;

describe('What an EVM wallet signed', () => {
  it('C5: is one command to the payer’s book, vouched for by the address, with the payee’s own proof', async () => {
    const { parts, asked } = settlementFor([paid]);
    const { outcome, body } = read(await settlePayment(parts, requestOf(callV2())));
    expect([outcome, body]).toEqual([
      'ok',
      {
        success: true,
        transaction: `0x${HEX}${'0'.repeat(32)}`,
        network: evm.network,
        payer: PAYER,
        amount: '50000',
        extra: { payment_id: `pay_${HEX}`, status: 'captured', receipt_id: `rcpt_${HEX}`, position: '1:7' },
      },
    ]);
    expect(asked).toMatchObject([
      {
        type: 'payment.transfer_signed',
        org: ORG,
        credential: { subject: 'agt_payer', proven_by: 'settlement', address: PAYER },
        redeemer: { subject: 'agt_payee', proof: 'proof' },
        authorization: { network: evm.network, token: evm.assets[0]!.name, nonce: `0x${'7'.repeat(64)}` },
        payee: { agent: 'agt_payee', org: ORG, address: PAYEE },
        amount: 50_000n,
        asset: 'USD',
        terms_hash: expect.stringMatching(/^[0-9a-f]{64}$/),
      },
    ]);
  });

  it('D3: is recovered once by the calls to /verify and /settle that follow each other', async () => {
    let recovered = 0;
    const recover = rememberedSigners((hash, signature) => {
      recovered += 1;
      return recoverSigner(hash, signature);
    });
    const { parts } = settlementFor([payable, paid], { recover });
    const call = callV2();
    expect(read(await verifyPayment(parts, requestOf(call))).body).toEqual({ isValid: true, payer: PAYER });
    expect(read(await settlePayment(parts, requestOf(call))).body).toMatchObject({ success: true });
    expect(recovered).toBe(1);
  });

  it('C3: whose outcome is not known is pending under its name, and the same call again is the same attempt', async () => {
    const { parts, asked } = settlementFor([unknown, paid]);
    const call = callV2();
    const first = requestOf(call);
    expect(read(await settlePayment(parts, first))).toMatchObject({
      outcome: 'unavailable',
      body: { success: false, errorReason: 'settlement_pending', transaction: `0x${first.fresh_id}${'0'.repeat(32)}` },
    });
    expect(read(await settlePayment(parts, requestOf(call))).body).toMatchObject({ success: true });
    const [one, other] = asked as TransferSigned[];
    expect(other!.fingerprint).toBe(one!.fingerprint);
  });

  it('C3: whose outcome is not known goes on after the book has said to come again later', async () => {
    const later: OwnerAnswer = { kind: 'unavailable', code: 'rate_limited', retry_after_ms: 100 };
    const { parts, asked } = settlementFor([unknown, later, paid]);
    const call = callV2();
    await settlePayment(parts, requestOf(call));
    expect(await settlePayment(parts, requestOf(call))).toMatchObject({ outcome: 'throttled', retry_after_ms: 100 });
    expect(read(await settlePayment(parts, requestOf(call))).body).toMatchObject({ success: true });
    expect(new Set((asked as TransferSigned[]).map(({ fingerprint }) => fingerprint)).size).toBe(1);
  });

  it('C5: each call without a key is an attempt of its own; with a key the attempt is the caller’s', async () => {
    const { parts, asked } = settlementFor([paid]);
    const call = callV2();
    for (const key of [undefined, undefined, 'k', 'k', 'other'])
      await settlePayment(parts, requestOf(call, key === undefined ? {} : { key }));
    const other = { org: ORG, credential: { subject: 'key_1', proof: 'proof' } };
    await settlePayment(parts, requestOf(call, { key: 'k', caller: other }));
    const [a, b, c, d, e, f] = (asked as TransferSigned[]).map(({ fingerprint }) => fingerprint);
    expect(c).toBe(d);
    expect(new Set([a, b, c, e, f]).size).toBe(5);
  });

  it('F7: a duplicate names its transaction to the payee, and none where the book does not say which it is', async () => {
    const settle = async (scope: object) => {
      const { parts } = settlementFor([refused('duplicate_settlement', scope)]);
      return read(await settlePayment(parts, requestOf(callV2()))).body;
    };
    expect(await settle({ kind: 'payment', id: `pay_${HEX}` })).toMatchObject({
      errorReason: 'duplicate_settlement',
      transaction: `0x${HEX}${'0'.repeat(32)}`,
      payer: PAYER,
    });
    expect(await settle({ kind: 'request', id: 'nonce' })).toMatchObject({ transaction: '' });
  });

  it.each([
    ['lifetime_cap_exceeded', 'lifetime_cap_exceeded', 'ok'],
    ['insufficient_funds', 'insufficient_funds', 'ok'],
    ['agent_revoked', 'agent_revoked', 'ok'],
    ['approval_required', 'approval_required', 'ok'],
    ['payment_not_found', 'invalid_payload', 'ok'],
    ['agent_not_own', 'agent_not_own', 'forbidden'],
    ['credential_invalid', 'credential_invalid', 'unauthorized'],
  ])('D19: %s of the book is %s on the wire, and no figure of the payer’s', async (code, reason, outcome) => {
    const answer = refused(code, { kind: 'agent', id: 'agt_payer' });
    const settled = read(await settlePayment(settlementFor([answer]).parts, requestOf(callV2())));
    expect(settled).toMatchObject({ outcome, body: { success: false, errorReason: reason, transaction: '' } });
    expect(Object.keys(settled.body)).not.toContain('extra');
    const verified = read(await verifyPayment(settlementFor([answer]).parts, requestOf(callV2())));
    expect(verified).toMatchObject({ outcome, body: { isValid: false, invalidReason: reason } });
  });

  it('A7: asks no book where the log cannot be read, and says that it is not available', async () => {
    const addressEvents = () => Promise.reject(new Error('no database'));
    const { parts, asked, logged } = settlementFor([paid], { addressEvents });
    const settled = read(await settlePayment(parts, requestOf(callV2())));
    expect(settled).toMatchObject({
      outcome: 'unavailable',
      body: { errorReason: 'book_unavailable', transaction: '' },
    });
    expect(asked).toEqual([]);
    // Whoever runs it learns why, once for each failure.
    expect(logged.map((line) => JSON.parse(line) as object)).toEqual([
      expect.objectContaining({ level: 'error', err: expect.objectContaining({ message: 'no database' }) }),
    ]);
    expect(settled.body['errorMessage']).not.toContain('no database');
    expect(read(await verifyPayment(parts, requestOf(callV2())))).toMatchObject({ outcome: 'unavailable' });
    expect(logged).toHaveLength(2);
  });

  it('F7: of nobody’s address, or to nobody’s, asks no book but who it is that asks', async () => {
    for (const [registered, reason] of [
      [{ [PAYEE]: 'agt_payee' }, 'address_not_registered'],
      [{ [PAYER]: 'agt_payer' }, 'payee_not_found'],
    ] as const) {
      const { parts, asked } = settlementFor([knownCaller], { registered });
      expect(read(await settlePayment(parts, requestOf(callV2()))).body).toMatchObject({ errorReason: reason });
      expect(asked).toMatchObject([{ type: 'query.credential' }]);
    }
  });
});

describe('The network that clients of v1 know by name', () => {
  it('is a kind of v1 only, with the token that their wallets sign for; the private one is a kind of v2 only', () => {
    const answer = read(supported(settlementFor([paid]).parts)).body;
    const kinds = answer['kinds'] as { x402Version: number; network: string; extra: object }[];
    const versionsOf = (network: string) => kinds.filter((kind) => kind.network === network);
    const extra = { asset: evm.assets[0]!.name, symbol: 'USD', decimals: 6, name: 'Bursar USD', version: '1' };
    expect(versionsOf('base-sepolia')).toEqual([{ x402Version: 1, scheme: 'exact', network: 'base-sepolia', extra }]);
    expect(versionsOf(evm.network)).toEqual([{ x402Version: 2, scheme: 'exact', network: evm.network, extra }]);
  });

  it('C5: takes what was signed for its chain and our token, and for no other chain', async () => {
    const { parts, asked } = settlementFor([paid, knownCaller, knownCaller, knownCaller]);
    expect(read(await settlePayment(parts, requestOf(callV1()))).body).toMatchObject({
      success: true,
      network: 'base-sepolia',
      payer: PAYER,
    });
    expect(asked).toMatchObject([{ authorization: { network: 'base-sepolia', token: v1.assets[0]!.name } }]);
    for (const chain of [1_651_864_179n, 8453n])
      expect(read(await settlePayment(parts, requestOf(callV1(chain)))).body).toMatchObject({
        errorReason: 'invalid_exact_evm_payload_signature',
      });
    const real = callV1();
    real.paymentRequirements.asset = '0x036CbD53842c5426634e7929541eC2318f3dCF7e';
    expect(read(await settlePayment(parts, requestOf(real))).body).toMatchObject({ success: false, transaction: '' });
    expect(asked.slice(1).map(({ type }) => type)).toEqual(Array(3).fill('query.credential'));
  });

  it('has the token of the deployment, and another deployment another', () => {
    expect(v1.assets[0]!.name).toBe(evm.assets[0]!.name);
    expect(evmRail('other', 1_651_864_179).assets[0]!.name).not.toBe(evm.assets[0]!.name);
  });
});
