import { unitsOfPrice } from './price.js';
import type { FlatPrice, PayloadCount, PerUnitPrice, Price, ReportedPrice } from './price-schema.js';

/** A price in words, for whoever chooses a service: `0.01 a call; 0.02 where search_depth is advanced`. */
export function priceText(price: Price): string {
  if (price.kind !== 'table') return `${rowText(price)}${price.kind === 'flat' ? ' a call' : ''}`;
  const each = price.times ? ` each of ${price.times.path}` : '';
  return price.rows
    .map(({ when, price: row }) => {
      const conditions = Object.entries(when).map(([field, condition]) => `${field} ${conditionText(condition)}`);
      return `${rowText(row)}${each}${conditions.length === 0 ? '' : ` where ${conditions.join(' and ')}`}`;
    })
    .join('; ');
}

function rowText(price: FlatPrice | PerUnitPrice | ReportedPrice): string {
  switch (price.kind) {
    case 'flat':
      return price.amount;
    case 'reported':
      return `as the service reports it, at most ${price.at_most}`;
    case 'per_unit': {
      const terms = price.terms.map(({ unit, price: each, per = 1 }) => {
        const counted = unit.of === 'answer' ? unit.path : countText(unit);
        return per === 1
          ? `${each} for each of ${counted}`
          : `${each} for ${per === 1000 ? 'a thousand' : 'a million'} ${counted}`;
      });
      const base = price.base === undefined || unitsOfPrice(price.base) === 0n ? [] : [price.base];
      return [...base, ...terms].join(' + ');
    }
  }
}

function countText({ path, count = 'value', each = 1 }: PayloadCount): string {
  const counted = count === 'value' ? path : `${path} in ${count}`;
  return each === 1 ? counted : `${counted} by ${each}`;
}

function conditionText(condition: unknown): string {
  const begins = (condition as { starts_with?: unknown }).starts_with;
  return typeof begins === 'string' ? `begins with ${begins}` : `is ${String(condition)}`;
}
