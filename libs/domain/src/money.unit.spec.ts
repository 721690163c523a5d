import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { formatAmount, isAsset, MAXIMUM_UNITS, parseAmount, type Asset } from './money.js';

describe('Money', () => {
  it.each([
    ['0', 0n],
    ['-0', 0n],
    ['0.000001', 1n],
    ['0.05', 50_000n],
    ['1', 1_000_000n],
    ['1.10', 1_100_000n],
    ['0.1000000', 100_000n],
    ['25.000000', 25_000_000n],
    ['9007199254.740992', MAXIMUM_UNITS],
  ])('A12 reads %s USD as exactly %s units, from a string and from a JSON number', (text, units) => {
    expect(parseAmount(text, 'USD', 'string')).toEqual({ units });
    expect(parseAmount(text, 'USD', 'json_number')).toEqual({ units });
  });

  it.each([
    ['5e-05', 50n],
    ['1e-05', 10n],
    ['1E+2', 100_000_000n],
    ['1.5e0', 1_500_000n],
    ['10e-7', 1n],
    ['0e9', 0n],
    ['3e-6', 3n],
  ])('A12 reads the JSON number %s, as Python writes it, as exactly %s units', (text, units) => {
    expect(parseAmount(text, 'USD', 'json_number')).toEqual({ units });
  });

  it.each([
    ['NaN', 'not_a_number'],
    ['Infinity', 'not_a_number'],
    ['-Infinity', 'not_a_number'],
    ['', 'not_a_number'],
    [' 1', 'not_a_number'],
    ['1 ', 'not_a_number'],
    ['1,5', 'not_a_number'],
    ['.5', 'not_a_number'],
    ['5.', 'not_a_number'],
    ['+1', 'not_a_number'],
    ['0x10', 'not_a_number'],
    ['1n', 'not_a_number'],
    ['١', 'not_a_number'],
    ['1e1e1', 'not_a_number'],
    ['1e1234', 'not_a_number'],
    ['1\n', 'not_a_number'],
    ['-1', 'negative'],
    ['-0.000001', 'negative'],
    ['0.0000001', 'too_many_decimals'],
    ['0.1234567', 'too_many_decimals'],
    ['1e-7', 'too_many_decimals'],
    ['1e-999', 'too_many_decimals'],
    ['9007199254.740993', 'too_large'],
    ['10000000000.0000001', 'too_large'],
    ['9007199254.7409921', 'too_many_decimals'],
    ['99999999999999999999', 'too_large'],
    ['1e999', 'too_large'],
  ])('A12 refuses the JSON number %j as %s', (text, fault) => {
    expect(parseAmount(text, 'USD', 'json_number')).toEqual({ fault });
  });

  it.each(['1e-05', '3e-7', '1E5'])('A12 refuses the exponent in the string %j', (text) => {
    expect(parseAmount(text, 'USD', 'string')).toEqual({ fault: 'exponent_in_string' });
  });

  it('A12 gives each asset its own scale', () => {
    expect(parseAmount('1', 'JPY', 'string')).toEqual({ units: 10_000n });
    expect(parseAmount('0.00001', 'JPY', 'string')).toEqual({ fault: 'too_many_decimals' });
    expect(formatAmount(10_001n, 'JPY')).toBe('1.0001');
    expect(isAsset('USD')).toBe(true);
    expect(isAsset('usd')).toBe(false);
    expect(isAsset('toString')).toBe(false);
  });

  it.each([
    [0n, '0'],
    [1n, '0.000001'],
    [50_000n, '0.05'],
    [1_000_000n, '1'],
    [-1n, '-0.000001'],
    [-1_500_000n, '-1.5'],
    [123_456_789_000_000_000_000n, '123456789000000'],
  ])('A12 writes %s units as %s USD', (units, text) => {
    expect(formatAmount(units, 'USD')).toBe(text);
  });

  it('A12 reads back every amount that it writes', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: MAXIMUM_UNITS }), fc.constantFrom<Asset>('USD', 'JPY'), (units, asset) => {
        expect(parseAmount(formatAmount(units, asset), asset, 'string')).toEqual({ units });
      }),
    );
  });

  it('A12 sums a million random micro-amounts exactly', () => {
    let seed = 42;
    let sum = 0n;
    let units = 0;
    for (let index = 0; index < 1_000_000; index++) {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
      const micro = seed % 1000;
      const read = parseAmount(formatAmount(BigInt(micro), 'USD'), 'USD', 'string');
      if ('fault' in read) throw new Error(read.fault);
      sum += read.units;
      units += micro;
    }
    expect(sum).toBe(BigInt(units));
  });
});
