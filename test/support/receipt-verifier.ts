import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { projectRoot } from '#embedded';

/** The one file of the documentation that verifies receipts: gives what was signed, or throws. */
export async function receiptVerifier(): Promise<(receipt: string, jwks: object) => Record<string, unknown>> {
  const file = pathToFileURL(join(projectRoot, 'docs/verify-receipt.mjs')).href;
  const { verifyReceipt } = (await import(file)) as {
    verifyReceipt: (receipt: string, jwks: object) => Record<string, unknown>;
  };
  return verifyReceipt;
}
