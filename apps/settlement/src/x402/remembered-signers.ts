import type { RecoverSigner } from '#x402';

const KEPT_MAXIMUM = 10_000;

/** Recovers a signer once for the calls that follow each other with one payload: /verify, then /settle. */
export function rememberedSigners(recover: RecoverSigner, maximum = KEPT_MAXIMUM): RecoverSigner {
  const signers = new Map<string, string | undefined>();
  return (hash, signature) => {
    // Hex digits of either case are the same signature.
    const name = `${Buffer.from(hash).toString('base64')} ${signature.toLowerCase()}`;
    if (signers.has(name)) return signers.get(name);
    const signer = recover(hash, signature);
    const [oldest] = signers.keys();
    if (signers.size >= maximum && oldest !== undefined) signers.delete(oldest);
    signers.set(name, signer);
    return signer;
  };
}
