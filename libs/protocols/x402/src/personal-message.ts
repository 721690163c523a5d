import { keccak_256 } from '@noble/hashes/sha3.js';
import { recoverSigner } from './transfer-authorization.js';

/** The address (lower case) with whose key a text was signed by `personal_sign` (EIP-191); undefined where it was signed by none. */
export function recoverTextSigner(text: string, signature: string): string | undefined {
  const bytes = Buffer.from(text, 'utf8');
  const head = Buffer.from(`\x19Ethereum Signed Message:\n${bytes.length}`, 'utf8');
  return recoverSigner(keccak_256(Buffer.concat([head, bytes])), signature);
}
