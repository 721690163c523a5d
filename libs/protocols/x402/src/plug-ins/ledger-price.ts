import { ASSETS, formatUnits, isAsset, MAXIMUM_UNITS, parseAmount, type Asset } from '#domain';
import type { SdkPrice } from './sdk-types.js';

/** A price in atomic units, as it stands in requirements. */
export interface LedgerPrice {
  amount: string;
  asset: Asset;
}

const DECIMAL_PRICE = /^(\$?)\s*(\d+(?:\.\d+)?)(?:\s+([A-Z]{3,8}))?$/;

/**
 * Reads a price: `$0.01`, `0.01`, `0.01 USD`, `50 JPY`, 0.01, or `{ amount: '10000', asset: 'USD' }` in atomic units. A bare number
 * is dollars. Anything that is not exact, or not above 0, is refused.
 *
 * @throws Error saying what is wrong with it
 */
export function parseLedgerPrice(price: SdkPrice): LedgerPrice {
  if (typeof price === 'object') return atomicPrice(price);
  if (typeof price === 'number') return exactly(String(price), 'USD', 'json_number', price);
  const [, dollar, decimal, named = 'USD'] = DECIMAL_PRICE.exec(price.trim()) ?? [];
  if (decimal === undefined) throw wrong(price, 'must be such as $0.01, 0.01 or "0.01 USD"');
  if (!isAsset(named) || (dollar === '$' && named !== 'USD')) {
    throw wrong(price, `must be in one of ${Object.keys(ASSETS).join(', ')}`);
  }
  return exactly(decimal, named, 'string', price);
}

/** The price as the older form writes it: `0.01`. */
export function decimalPrice({ amount, asset }: LedgerPrice): string {
  return formatUnits(amount, asset);
}

function exactly(text: string, asset: Asset, form: 'json_number' | 'string', price: SdkPrice): LedgerPrice {
  const parsed = parseAmount(text, asset, form);
  if ('fault' in parsed) throw wrong(price, parsed.fault.replaceAll('_', ' '));
  if (parsed.units === 0n) throw wrong(price, 'must be above 0');
  return { amount: parsed.units.toString(), asset };
}

function atomicPrice(price: { amount: string; asset: string }): LedgerPrice {
  const { amount, asset } = price;
  if (!isAsset(asset)) throw wrong(price, `must be in one of ${Object.keys(ASSETS).join(', ')}`);
  if (typeof amount !== 'string' || !/^[1-9]\d{0,15}$/.test(amount) || BigInt(amount) > MAXIMUM_UNITS) {
    throw wrong(price, 'amount must be a whole number of atomic units above 0, as a string');
  }
  return { amount, asset };
}

function wrong(price: SdkPrice, why: string): Error {
  return new Error(`The price ${JSON.stringify(price)} cannot be asked: ${why}`);
}
