import { describe, expect, it } from '@jest/globals';
import { decimalPrice, parseLedgerPrice } from './ledger-price.js';
import type { SdkPrice } from './sdk-types.js';

describe('the price of a route', () => {
  it.each<[SdkPrice, string, string]>([
    ['$0.01', '10000', 'USD'],
    ['0.01', '10000', 'USD'],
    [' $ 0.01 ', '10000', 'USD'],
    ['0.01 USD', '10000', 'USD'],
    ['$0.01 USD', '10000', 'USD'],
    [0.01, '10000', 'USD'],
    ['$0.000001', '1', 'USD'],
    ['50 JPY', '500000', 'JPY'],
    [{ amount: '1', asset: 'USD' }, '1', 'USD'],
    [{ amount: '9007199254740992', asset: 'JPY' }, '9007199254740992', 'JPY'],
  ])('A12: %j is %s of %s', (price, amount, asset) => {
    expect(parseLedgerPrice(price)).toEqual({ amount, asset });
  });

  it.each<[SdkPrice]>([
    ['free'],
    [''],
    ['$'],
    ['-1'],
    ['$-0.01'],
    ['0'],
    [0],
    [-0.01],
    [Number.NaN],
    [Number.POSITIVE_INFINITY],
    ['1e-2'],
    ['0.0000001'],
    [0.0000001],
    [0.1 + 0.2],
    ['0.01 EUR'],
    ['$1 JPY'],
    ['1,50'],
    ['9007199254.740993'],
    [{ amount: '0', asset: 'USD' }],
    [{ amount: '01', asset: 'USD' }],
    [{ amount: '1.5', asset: 'USD' }],
    [{ amount: '-1', asset: 'USD' }],
    [{ amount: '9007199254740993', asset: 'USD' }],
    [{ amount: '1', asset: 'EUR' }],
    [{ amount: 1 as unknown as string, asset: 'USD' }],
  ])('A9 A12: %j is no price: an error, never free and never rounded', (price) => {
    expect(() => parseLedgerPrice(price)).toThrow(/cannot be asked/);
  });

  it('A12: is written back as the decimal that it came from', () => {
    expect(decimalPrice(parseLedgerPrice('$0.010000'))).toBe('0.01');
    expect(decimalPrice(parseLedgerPrice('0.5 JPY'))).toBe('0.5');
  });
});
