import { formatUnits } from '#domain';
import { priceText, secretParts } from '#paid-services';
import type { FoundService } from './service-catalogue.js';

/** A service as `GET /v1/services` lists it. Never a secret, nor where it goes. */
export function serviceSummary({ definition, source, mode }: FoundService) {
  const { name, title, description, category, typed } = definition;
  return {
    name,
    title,
    ...(description === undefined ? {} : { description }),
    category,
    enabled: mode !== 'needs_secret',
    mode,
    source,
    ...(typed && { typed_call: typed.call }),
    price: priceText(definition.price),
    max_credits_recommended: recommended(definition.max_credits_recommended),
    payload: definition.payload,
    secret_parts: secretParts(definition),
  };
}

/** With its definition, as an admin may read it again. */
export function serviceInFull(found: FoundService) {
  return { ...serviceSummary(found), definition: found.definition };
}

function recommended(amount: unknown): string {
  return typeof amount === 'bigint' ? formatUnits(amount.toString(), 'USD') : String(amount);
}
