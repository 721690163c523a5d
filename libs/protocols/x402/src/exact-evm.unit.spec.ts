import { secp256k1 } from '@noble/curves/secp256k1.js';
import { describe, expect, it } from '@jest/globals';
import { chain, changed, rails, requirements, resource, TOKEN, wire } from '../test-support/envelopes.js';
import { verifyExactEvm } from './exact-evm.js';
import type { FacilitatorRequest } from './facilitator-request.js';
import {
  addressOf,
  recoverSigner,
  transferAuthorizationHash,
  type TokenDomain,
  type TransferAuthorization,
} from './transfer-authorization.js';
import { verifyRequest } from './verify-request.js';

const key = Buffer.from('11'.repeat(32), 'hex');
const otherKey = Buffer.from('33'.repeat(32), 'hex');
const payer = addressOf(secp256k1.getPublicKey(key, false));
const payee = '0x7E5F4552091A69125d5DfCb7b8C2659029395Bdf';
const now = 1_800_000_000n;

const domain: TokenDomain = { name: 'Bursar USD', version: '1', chainId: 402_402n, verifyingContract: TOKEN };
const transfer: TransferAuthorization = {
  from: payer,
  to: payee,
  value: 50_000n,
  validAfter: 0n,
  validBefore: now + 60n,
  nonce: `0x${'22'.repeat(32)}`,
};

function sign(of: TransferAuthorization, within: TokenDomain = domain, by: Uint8Array = key): string {
  const hash = transferAuthorizationHash(within, of);
  const bytes = secp256k1.sign(hash, by, { prehash: false, format: 'recovered' });
  return signatureText(Buffer.from(bytes.subarray(1)).toString('hex'), bytes[0]! + 27);
}

function signatureText(compact: string, v: number): string {
  return `0x${compact}${v.toString(16).padStart(2, '0')}`;
}

const texts = ({ value, validAfter, validBefore, ...rest }: TransferAuthorization) => ({
  ...rest,
  value: value.toString(),
  validAfter: validAfter.toString(),
  validBefore: validBefore.toString(),
});

const payloadOf = (of: TransferAuthorization, signature = sign(of)) => ({ signature, authorization: texts(of) });

const onChain = {
  ...requirements,
  network: chain.network,
  asset: TOKEN,
  payTo: payee,
  extra: { name: 'Bursar USD', version: '1' },
};

function requestOf(payload: object, required: object = onChain): FacilitatorRequest {
  const call = {
    x402Version: 2,
    paymentPayload: { x402Version: 2, resource, accepted: required, payload },
    paymentRequirements: required,
  };
  const verified = verifyRequest(wire(call), 'settle', rails);
  if (!verified.ok) throw new Error(JSON.stringify(verified));
  return verified.request;
}

const verify = (payload: object, required?: object) => verifyExactEvm(requestOf(payload, required), now);
const expectReason = (answer: ReturnType<typeof verify>, reason: string) =>
  expect(answer).toMatchObject({ ok: false, reason });

describe('what a wallet signs', () => {
  // Made by viem 2.57.1: hashTypedData, privateKeyToAccount and signTypedData of the same key, token and authorization.
  const hash = '155bbb9c1de77aae7044caaabc46496f0eaadf63dd87f9a0e511355161d19889';
  const signature =
    '0x57efbb063f8ec28e7f3074d47d9e6096e07a1533054407056e81b3c58de9248a275c40daab45b4a07f313854bfeb7036c01be8826f7c4e369984450a3b6f2c121c';

  it('C5: is the hash that another library makes, and is signed and recovered as there', () => {
    const ours = transferAuthorizationHash(domain, transfer);
    expect(Buffer.from(ours).toString('hex')).toBe(hash);
    expect(sign(transfer)).toBe(signature);
    expect(payer).toBe('0x19e7e376e7c213b7e7e7e46cc70a5dd086daff2a');
    expect(recoverSigner(ours, signature)).toBe(payer);
    expect(recoverSigner(ours, `0x${signature.slice(2).toUpperCase()}`)).toBe(payer);
  });

  it('C5: the address of the key 1 is the one that everybody knows', () => {
    const one = Buffer.from('1'.padStart(64, '0'), 'hex');
    expect(addressOf(secp256k1.getPublicKey(one, false))).toBe(payee.toLowerCase());
  });

  it('C5: recovery takes every signature of the right key, with either v', () => {
    const seen = new Set<string>();
    for (let nonce = 0; nonce < 16; nonce += 1) {
      const of = { ...transfer, nonce: `0x${nonce.toString(16).padStart(64, '0')}` };
      seen.add(sign(of).slice(-2));
      expect(recoverSigner(transferAuthorizationHash(domain, of), sign(of))).toBe(payer);
    }
    expect([...seen].sort()).toEqual(['1b', '1c']);
  });
});

describe('an authorization that is just what is asked for', () => {
  it('C5: is good, and names the payer and the nonce that it may be used once by', () => {
    const { nonce } = transfer;
    expect(verify(payloadOf(transfer))).toEqual({
      ok: true,
      payer,
      nonce,
      valid_before: now + 60n,
      signed_hash: Buffer.from(transferAuthorizationHash(domain, transfer)).toString('hex'),
    });
  });

  it('C5: is good without the token named beside it, and with addresses of any case', () => {
    expect(verify(payloadOf(transfer), { ...onChain, extra: undefined })).toMatchObject({ ok: true });
    const shouted = { ...transfer, from: `0x${payer.slice(2).toUpperCase()}`, to: payee.toLowerCase() };
    expect(verify(payloadOf(shouted))).toMatchObject({ ok: true, payer });
  });

  it.each([
    ['valid since the second before', { validAfter: now - 1n }],
    ['valid until the next second', { validBefore: now + 1n }],
    ['valid for ever', { validBefore: 2n ** 256n - 1n }],
  ])('C5: is good when %s', (_what, change) => {
    expect(verify(payloadOf({ ...transfer, ...change }))).toMatchObject({ ok: true });
  });
});

describe('the same authorization on the v1 wire', () => {
  const { amount: maxAmountRequired, ...rest } = onChain;
  const required = { ...rest, maxAmountRequired, resource: resource.url, description: '' };
  const callOf = (payload: object) => ({
    x402Version: 1,
    paymentPayload: { x402Version: 1, scheme: 'exact', network: chain.network, payload },
    paymentRequirements: required,
  });

  it.each([
    [50_000n, { ok: true, payer }],
    [50_001n, { ok: false, reason: 'invalid_exact_evm_payload_authorization_value_mismatch' }],
  ])('C5: of %s is held against the amount that is required', (value, expected) => {
    const verified = verifyRequest(wire(callOf(payloadOf({ ...transfer, value }))), 'settle', rails);
    expect(verified.ok && verifyExactEvm(verified.request, now)).toMatchObject(expected);
  });
});

describe('an authorization of anything else', () => {
  it.each([
    ['to another payee', { to: `0x${'ab'.repeat(20)}` }, 'recipient_mismatch'],
    ['of one unit less', { value: 49_999n }, 'authorization_value_mismatch'],
    ['of one unit more', { value: 50_001n }, 'authorization_value_mismatch'],
    ['of nothing', { value: 0n }, 'authorization_value_mismatch'],
    ['of more than there is', { value: 2n ** 256n - 1n }, 'authorization_value_mismatch'],
    ['that begins now', { validAfter: now }, 'authorization_valid_after'],
    ['that begins later', { validAfter: now + 30n }, 'authorization_valid_after'],
    ['that ends now', { validBefore: now }, 'authorization_valid_before'],
    ['that is past', { validBefore: now - 1n }, 'authorization_valid_before'],
    ['that never was valid', { validBefore: 0n }, 'authorization_valid_before'],
    ['of another payer', { from: `0x${'cd'.repeat(20)}` }, 'signature'],
  ])('C5: %s, well signed, is refused', (_what, change, reason) => {
    expectReason(verify(payloadOf({ ...transfer, ...change })), `invalid_exact_evm_payload_${reason}`);
  });

  it.each([
    ['nonce', { nonce: `0x${'23'.repeat(32)}` }],
    ['validAfter', { validAfter: 1n }],
    ['validBefore', { validBefore: now + 61n }],
    ['from', { from: `0x${'cd'.repeat(20)}` }],
  ])('C5: its %s cannot be changed after signing', (_what, change) => {
    const answer = verify(payloadOf({ ...transfer, ...change }, sign(transfer)));
    expectReason(answer, 'invalid_exact_evm_payload_signature');
  });

  it('C5: neither can the amount or the payee, with the requirements changed along', () => {
    const dearer = payloadOf({ ...transfer, value: 60_000n }, sign(transfer));
    expectReason(verify(dearer, { ...onChain, amount: '60000' }), 'invalid_exact_evm_payload_signature');
    const to = `0x${'ab'.repeat(20)}`;
    const diverted = payloadOf({ ...transfer, to }, sign(transfer));
    expectReason(verify(diverted, { ...onChain, payTo: to }), 'invalid_exact_evm_payload_signature');
  });

  it.each([
    ['another chain', { chainId: 1n }],
    ['another contract', { verifyingContract: `0x${'0'.repeat(39)}1` }],
    ['another token', { name: 'USD Coin' }],
    ['another version of the token', { version: '2' }],
  ])('C5: one for %s is refused', (_what, change) => {
    const answer = verify(payloadOf(transfer, sign(transfer, { ...domain, ...change })));
    expectReason(answer, 'invalid_exact_evm_payload_signature');
  });

  it.each([
    ['name', 'USD Coin'],
    ['name', null],
    ['version', '2'],
    ['version', 1],
  ])('C5: requirements that call the token by another %s are refused', (field, value) => {
    const required = { ...onChain, extra: { ...onChain.extra, [field]: value } };
    expectReason(verify(payloadOf(transfer), required), 'invalid_payment_requirements');
  });

  it('C5: one on the ledger network is refused', () => {
    expectReason(verify(payloadOf(transfer), requirements), 'invalid_network');
  });
});

describe('a signature that is none', () => {
  const good = sign(transfer);
  const compact = good.slice(2, 130);
  const order = secp256k1.Point.Fn.ORDER;
  const word = (value: bigint) => value.toString(16).padStart(64, '0');
  const s = BigInt(`0x${compact.slice(64)}`);
  const flipped = good.endsWith('1b') ? 28 : 27;

  it.each([
    ['empty', ''],
    ['no hexadecimal', `0x${'z'.repeat(130)}`],
    ['without 0x', good.slice(2)],
    ['compact, of 64 bytes', `0x${compact}`],
    ["a smart wallet's, longer", `${good}${'00'.repeat(32)}`],
    ['one byte too long', `${good}00`],
    ['of v 0', signatureText(compact, 0)],
    ['of v 1', signatureText(compact, 1)],
    ['of v 29', signatureText(compact, 29)],
    ['of v 37', signatureText(compact, 37)],
    ['of the other v', signatureText(compact, flipped)],
    ['its twin with the high s', signatureText(compact.slice(0, 64) + word(order - s), flipped)],
    ['its twin with the high s and the same v', signatureText(compact.slice(0, 64) + word(order - s), 55 - flipped)],
    ['of r 0', signatureText(word(0n) + compact.slice(64), 27)],
    ['of s 0', signatureText(compact.slice(0, 64) + word(0n), 27)],
    ['of r beyond the order', signatureText(word(order) + compact.slice(64), 27)],
    ['of s beyond the order', signatureText(compact.slice(0, 64) + word(order + s), 27)],
    ['all ones', `0x${'ff'.repeat(64)}1b`],
    ['of an r that is no point', signatureText(word(5n) + compact.slice(64), 27)],
    ["of another's key", sign(transfer, domain, otherKey)],
  ])('C5: %s is refused', (_what, signature) => {
    expectReason(verify(payloadOf(transfer, signature)), 'invalid_exact_evm_payload_signature');
  });
});

describe('every field of the payload is checked', () => {
  const payload = payloadOf(transfer);
  const notNumbers = [
    undefined,
    null,
    7,
    '',
    '-1',
    '+1',
    '1.5',
    '01',
    '1e3',
    '0x1',
    'NaN',
    '9'.repeat(78),
    '9'.repeat(500),
    {},
  ];
  const notHex = [
    undefined,
    null,
    7,
    '',
    '0x',
    payer.slice(2),
    `${payer}00`,
    `0x${'g'.repeat(40)}`,
    `0x${'g'.repeat(64)}`,
    {},
  ];
  const fields: Record<string, unknown[]> = {
    signature: [undefined, null, 7, {}, [], 'x'.repeat(5000)],
    authorization: [undefined, null, 7, 'a', []],
    'authorization.from': notHex,
    'authorization.to': notHex,
    'authorization.nonce': [...notHex, payer],
    'authorization.value': notNumbers,
    'authorization.validAfter': notNumbers,
    'authorization.validBefore': notNumbers,
  };
  const cases = Object.entries(fields).flatMap(([field, values]) =>
    values.map((value) => [field, JSON.stringify(value)?.slice(0, 40), changed(payload, field, value)] as const),
  );

  it.each(cases)('A12: %s may not be %s', (field, _value, wrong) => {
    expect(verify(wrong)).toMatchObject({
      ok: false,
      reason: 'invalid_payload',
      problems: [{ field: `paymentPayload.payload.${field}` }],
    });
  });
});
