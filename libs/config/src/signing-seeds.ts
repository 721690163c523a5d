import { z } from 'zod';

const HEX = /^([0-9a-fA-F]{2}){32,256}$/;
const BASE64URL = /^[A-Za-z0-9_-]{43,684}$/;

/** Seeds separated by commas, as their bytes. What could be hex is hex: 32 random bytes in base64url never look like it. */
export const signingSeeds = z.string().transform((text, context): readonly Buffer[] => {
  const seeds = text.split(',').map((seed) => bytesOf(seed.trim()));
  const names = new Set(seeds.map((seed) => seed?.toString('hex')));
  if (!seeds.includes(undefined) && names.size === seeds.length) return seeds as Buffer[];
  context.addIssue({
    code: 'custom',
    message: 'must be seeds of at least 32 bytes as base64url or hex, separated by commas, none of them twice',
  });
  return z.NEVER;
});

function bytesOf(text: string): Buffer | undefined {
  if (HEX.test(text)) return Buffer.from(text, 'hex');
  const bytes = BASE64URL.test(text) ? Buffer.from(text, 'base64url') : undefined;
  return bytes?.toString('base64url') === text ? bytes : undefined;
}
