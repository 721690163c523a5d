import { createHash } from 'node:crypto';
import { unitsOfCredits, type OwnerAnswer } from '#contracts';
import type { Command, FirstUseSettings } from '#domain';
import { FIRST_ORGANIZATION, rawKeySubject, tokenHash } from '#security';

/** What the operator says about the org that exists from the first start on; credits as decimal text, limits in units. */
export interface FirstOrganizationSettings {
  admin_key: string;
  initial_credits: string;
  first_use: FirstUseSettings;
}

/**
 * Opens the first org's book where it is not there, and lets in the admin key of the settings where it is another than
 * before. Throws where either cannot be done.
 */
export async function ensureFirstOrganization(
  settings: FirstOrganizationSettings,
  fresh_id: string,
  submit: (command: Command) => Promise<OwnerAnswer>,
): Promise<void> {
  const { admin_key } = settings;
  const key = { key_id: rawKeySubject(admin_key), token_hash: tokenHash(admin_key) };
  const owner = { subject: 'owner', proven_by: 'owner' } as const;
  const created = await submit({
    type: 'organization.create',
    org: FIRST_ORGANIZATION,
    credential: owner,
    fresh_id,
    name: 'first',
    default_asset: 'USD',
    first_use: settings.first_use,
    admin_key: key,
    initial_amount: unitsOfCredits(settings.initial_credits),
  });
  if (created.kind === 'recorded') return;
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
}
