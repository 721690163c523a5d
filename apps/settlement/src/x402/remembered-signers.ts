import type { RecoverSigner } from '#x402';
import { Remembered } from '../remembered.js';

const KEPT_MAXIMUM = 10_000;

/** Recovers a signer once for the calls that follow each other with one payload: /verify, then /settle. */
export function rememberedSigners(recover: RecoverSigner, maximum = KEPT_MAXIMUM): RecoverSigner {
  const signers = new Remembered<{ signer: string | undefined }>(maximum);
  return (hash, signature) => {
    // Hex digits of either case are the same signature.
    const name = `${Buffer.from(hash).toString('base64')} ${signature.toLowerCase()}`;
    const known = signers.find(name);
    if (known) return known.signer;
    const signer = recover(hash, signature);
    signers.keep(name, { signer });
    return signer;
  };
}
