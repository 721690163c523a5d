import { secp256k1 } from '@noble/curves/secp256k1.js';
import { describe, expect, it } from '@jest/globals';
import { recoverTextSigner } from './personal-message.js';
import { addressOf } from './transfer-authorization.js';

const key = Buffer.from('11'.repeat(32), 'hex');
const signer = addressOf(secp256k1.getPublicKey(key, false));

function signatureOf(hash: string): string {
  const bytes = secp256k1.sign(Buffer.from(hash, 'hex'), key, { prehash: false, format: 'recovered' });
  return `0x${Buffer.from(bytes.subarray(1)).toString('hex')}${(bytes[0]! + 27).toString(16)}`;
}

describe('a text signed by personal_sign', () => {
  /** As the documentation of wallets' libraries gives it for this text. */
  const HELLO_WORLD = 'd9eba16ed0ecae432b71fe008c98cc872bb4cc214d3220a36f365326cf807d68';

  it('D8: is hashed as wallets do', () => {
    expect(recoverTextSigner('hello world', signatureOf(HELLO_WORLD))).toBe(signer);
  });

  it('D16: is signed by nobody where another was signed', () => {
    expect(recoverTextSigner('hello world!', signatureOf(HELLO_WORLD))).not.toBe(signer);
    for (const wrong of ['', '0x', `${signatureOf(HELLO_WORLD)}00`, `0x${'0'.repeat(130)}`])
      expect(recoverTextSigner('hello world', wrong)).toBeUndefined();
  });
});
