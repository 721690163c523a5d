import { keccak_256 } from '@noble/hashes/sha3.js';
import { secp256k1 } from '@noble/curves/secp256k1.js';
import { randomBytes } from 'node:crypto';
import { transferAuthorizationHash, type TransferAuthorization } from '#x402';

const ORDER = secp256k1.Point.Fn.ORDER;

/** A token that a wallet can sign for. */
export interface Token {
  chainId: bigint;
  asset: string;
  name: string;
  version: string;
}

/** An EVM account with its key, as a wallet signs with it. */
export class EvmWallet {
  readonly #key = secp256k1.utils.randomSecretKey();
  readonly address: string;

  constructor() {
    const point = secp256k1.getPublicKey(this.#key, false);
    this.address = `0x${Buffer.from(keccak_256(point.subarray(1)).subarray(12)).toString('hex')}`;
  }

  /** By `personal_sign` (EIP-191). */
  signText(text: string): string {
    const bytes = Buffer.from(text, 'utf8');
    return this.#sign(keccak_256(Buffer.concat([Buffer.from(`\x19Ethereum Signed Message:\n${bytes.length}`), bytes])));
  }

  /** The payload of an x402 `exact` payment: an authorization, good for a minute, and its signature. */
  authorize(token: Token, to: string, value: bigint, fields: Partial<TransferAuthorization> = {}) {
    const authorization: TransferAuthorization = {
      from: this.address,
      to,
      value,
      validAfter: 0n,
      validBefore: BigInt(Math.floor(Date.now() / 1000) + 60),
      nonce: `0x${randomBytes(32).toString('hex')}`,
      ...fields,
    };
    const { name, version, chainId, asset } = token;
    const hash = transferAuthorizationHash({ name, version, chainId, verifyingContract: asset }, authorization);
    const { value: amount, validAfter, validBefore } = authorization;
    return {
      signature: this.#sign(hash),
      authorization: {
        ...authorization,
        value: amount.toString(),
        validAfter: validAfter.toString(),
        validBefore: validBefore.toString(),
      },
    };
  }

  #sign(hash: Uint8Array): string {
    const bytes = secp256k1.sign(hash, this.#key, { prehash: false, format: 'recovered' });
    return signatureOf(Buffer.from(bytes.subarray(1)).toString('hex'), bytes[0]! + 27);
  }
}

function signatureOf(compact: string, v: number): string {
  return `0x${compact}${v.toString(16).padStart(2, '0')}`;
}

/** The other signature of the same content, with the higher value of s. */
export function withHighS(signature: string): string {
  const s = ORDER - BigInt(`0x${signature.slice(66, 130)}`);
  const v = signature.endsWith('1b') ? 28 : 27;
  return signatureOf(signature.slice(2, 66) + s.toString(16).padStart(64, '0'), v);
}

/** The signature with v as 0 or 1, as some tools write it. */
export function withSmallV(signature: string): string {
  return signatureOf(signature.slice(2, 130), signature.endsWith('1b') ? 0 : 1);
}
