import { describe, expect, it } from '@jest/globals';
import { wire } from '../../test-support/envelopes.js';
import type { JsonObject } from '#contracts';
import { fitsDeclaredSchema } from './declared-schema.js';

const fits = (value: unknown, schema: unknown) => fitsDeclaredSchema(wire(value), wire(schema) as JsonObject);

describe('the schema that a declaration brings along', () => {
  it.each([
    [{ a: 1 }, { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] }, true],
    [{ a: 1.5 }, { properties: { a: { type: 'integer' } } }, false],
    [{ a: 1.5 }, { properties: { a: { type: 'number' } } }, true],
    [{}, { required: ['a'] }, false],
    [{ b: 1 }, { properties: { a: {} }, additionalProperties: false }, false],
    [{ b: 'x' }, { additionalProperties: { type: 'string' } }, true],
    [{ b: 1 }, { additionalProperties: { type: 'string' } }, false],
    [{ a: 'x' }, { properties: { a: { const: 'x' } } }, true],
    [{ a: 'y' }, { properties: { a: { const: 'x' } } }, false],
    [{ a: 'y' }, { properties: { a: { enum: ['x', 'y'] } } }, true],
    [{ a: 'z' }, { properties: { a: { enum: ['x', 'y'] } } }, false],
    [{ a: [1, 2] }, { properties: { a: { type: 'array', items: { type: 'number' } } } }, true],
    [{ a: [1, 'x'] }, { properties: { a: { type: 'array', items: { type: 'number' } } } }, false],
    [{ a: null }, { properties: { a: { type: ['string', 'null'] } } }, true],
    [{ a: true }, { properties: { a: { type: 'boolean' } } }, true],
    [{ a: 1 }, { properties: { a: false } }, false],
    [{ a: 1 }, { properties: { a: true } }, true],
    [{ a: 1 }, { properties: { a: 'any' } }, false],
    [{ a: 1 }, { properties: [] }, false],
    [{ a: 1 }, { required: 'a' }, false],
    [{ a: 1 }, { properties: { a: { $ref: '#/$defs/a' } } }, true],
    [{ a: 1 }, { properties: { a: { $ref: 'other.json' } } }, false],
    [{ a: 1 }, { $defs: [{ $id: 'https://evil.example' }] }, false],
  ])('A9: %j against %j: %s', (value, schema, expected) => {
    expect(fits(value, schema)).toBe(expected);
  });

  it('H4: is given up where comparing takes too long, and no pattern of it is ever run', () => {
    const many = (count: number) => ({ a: Array.from({ length: count }, () => 0) });
    const schema = { properties: { a: { items: { type: 'integer' } } } };
    expect(fits(many(9_000), schema)).toBe(true);
    expect(fits(many(11_000), schema)).toBe(false);
    expect(fits({ a: 'a'.repeat(40) + '!' }, { properties: { a: { pattern: '^(a+)+$' } } })).toBe(true);
  });
});
