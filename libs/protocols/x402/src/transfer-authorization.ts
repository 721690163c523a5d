import { secp256k1 } from '@noble/curves/secp256k1.js';
import { keccak_256 } from '@noble/hashes/sha3.js';

/** EIP-3009's TransferWithAuthorization, as a wallet signs it by EIP-712. Addresses and the nonce are hex with 0x. */
export interface TransferAuthorization {
  from: string;
  to: string;
  value: bigint;
  validAfter: bigint;
  validBefore: bigint;
  nonce: string;
}

/** What a signature is good for: this token on this chain and no other. */
export interface TokenDomain {
  name: string;
  version: string;
  chainId: bigint;
  verifyingContract: string;
}

const utf8 = (text: string): Uint8Array => Buffer.from(text, 'utf8');
const hashOfText = (text: string): Uint8Array => keccak_256(utf8(text));

const DOMAIN_TYPE = hashOfText('EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)');
const TRANSFER_TYPE = hashOfText(
  'TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)',
);

/** The hash that the payer's wallet signs. */
export function transferAuthorizationHash(domain: TokenDomain, transfer: TransferAuthorization): Uint8Array {
  const separator = keccak_256(
    Buffer.concat([
      DOMAIN_TYPE,
      hashOfText(domain.name),
      hashOfText(domain.version),
      word(domain.chainId),
      addressWord(domain.verifyingContract),
    ]),
  );
  const message = keccak_256(
    Buffer.concat([
      TRANSFER_TYPE,
      addressWord(transfer.from),
      addressWord(transfer.to),
      word(transfer.value),
      word(transfer.validAfter),
      word(transfer.validBefore),
      Buffer.from(transfer.nonce.slice(2), 'hex'),
    ]),
  );
  return keccak_256(Buffer.concat([Uint8Array.of(0x19, 0x01), separator, message]));
}

/** The address that made a signature of a hash; the costly part of verifying. */
export type RecoverSigner = (hash: Uint8Array, signature: string) => string | undefined;

const SIGNATURE = /^0x([0-9a-fA-F]{64})([0-9a-fA-F]{64})(1[bB]|1[cC])$/;

/**
 * The address (lower case) whose key made the signature; undefined where it is none. As the token's contract does, it takes 65
 * bytes with v 27 or 28 and the lower of the two values of s, so that one authorization has one signature.
 */
export function recoverSigner(hash: Uint8Array, signature: string): string | undefined {
  const parts = SIGNATURE.exec(signature);
  if (!parts) return undefined;
  try {
    const recovery = Number.parseInt(parts[3]!, 16) - 27;
    const signed = new secp256k1.Signature(BigInt(`0x${parts[1]}`), BigInt(`0x${parts[2]}`), recovery);
    if (signed.hasHighS()) return undefined;
    return addressOf(signed.recoverPublicKey(hash).toBytes(false));
  } catch {
    // r or s is 0 or beyond the curve's order, or r is no point of it.
    return undefined;
  }
}

/** The address of an uncompressed public key, in lower case. */
export function addressOf(publicKey: Uint8Array): string {
  return `0x${Buffer.from(keccak_256(publicKey.subarray(1)).subarray(12)).toString('hex')}`;
}

function word(value: bigint): Uint8Array {
  return Buffer.from(value.toString(16).padStart(64, '0'), 'hex');
}

function addressWord(address: string): Uint8Array {
  return Buffer.from(address.slice(2).padStart(64, '0'), 'hex');
}
