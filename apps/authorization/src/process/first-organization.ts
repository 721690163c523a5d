import { createHash } from 'node:crypto';
import type { OwnerAnswer } from '#contracts';
import { parseAmount, type Command } from '#domain';
import { FIRST_ORGANIZATION, rawKeySubject, tokenHash } from '#security';

/** What the operator says about the org that exists from the first start on; amounts as decimal text of credits. */
export interface FirstOrganizationSettings {
  admin_key: string;
  initial_credits: string;
  first_use: {
    enabled: boolean;
    per_payment: string;
    per_day: string;
    agents_maximum: number;
    together_per_day: string;
  };
}

/**
 * Opens the first org's book where it is not there, and lets in the admin key of the settings where it is another than
 * before. Answers whether the org was made now, so that its key may be shown.
 */
export async function ensureFirstOrganization(
  settings: FirstOrganizationSettings,
  fresh_id: string,
  submit: (command: Command) => Promise<OwnerAnswer>,
): Promise<{ created: boolean }> {
  const { first_use: firstUse, admin_key } = settings;
  const key = { key_id: rawKeySubject(admin_key), token_hash: tokenHash(admin_key) };
  const owner = { subject: 'owner', proven_by: 'owner' } as const;
  const created = await submit({
    type: 'organization.create',
    org: FIRST_ORGANIZATION,
    credential: owner,
    fresh_id,
    name: 'first',
    default_asset: 'USD',
    first_use: {
      enabled: firstUse.enabled,
      per_payment: units(firstUse.per_payment),
      per_day: units(firstUse.per_day),
      agents_maximum: firstUse.agents_maximum,
      together_per_day: units(firstUse.together_per_day),
    },
    admin_key: key,
    initial_amount: BigInt(units(settings.initial_credits)),
  });
  if (created.kind === 'recorded') return { created: true };
  if (created.kind !== 'refused' || created.refusal.code !== 'organization_exists')
    throw new Error(`the first organization cannot be opened: ${JSON.stringify(created)}`);
  const issued = await submit({
    type: 'key.issue',
    org: FIRST_ORGANIZATION,
    credential: owner,
    fresh_id,
    ...key,
    role: 'admin',
    name: 'admin key of the settings',
    // The same key of the settings is let in once, whatever the number of starts.
    key: `§settings:${key.key_id}`,
    fingerprint: createHash('sha256').update(key.token_hash).digest('base64url'),
  });
  const known = issued.kind === 'refused' && issued.refusal.code === 'key_exists';
  if (issued.kind !== 'recorded' && !known) throw new Error(`the admin key is not taken: ${JSON.stringify(issued)}`);
  return { created: false };
}

function units(credits: string): string {
  const parsed = parseAmount(credits, 'USD', 'string');
  if ('fault' in parsed) throw new Error(`${credits} is no amount of credits: ${parsed.fault}`);
  return parsed.units.toString();
}
