import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { z } from 'zod';
import { readJson } from './json.js';
import { parsePaymentRequest } from './payment-request.js';
import { paymentRequestSchema } from './payment-schema.js';
import { readRequest } from './read-request.js';

/** JSON text of values that are right, nearly right and wrong for each field. */
const texts = {
  payee: ['"writer"', '"@writer"', '"agt_0"', '"a b"', '""', '1', 'null'],
  payee_org: ['"org_00000000000070008000000000000001"', '"org_1"', '""', '1'],
  service: ['"search"', '"@search"', '"a/b"', 'true'],
  amount: [
    '1',
    '0.05',
    '1e-05',
    '"1e-05"',
    '"0.05"',
    '-1',
    '0',
    '"NaN"',
    '0.0000001',
    '0.00001',
    '1e300',
    'null',
    '[]',
    '{}',
  ],
  currency: ['"USD"', '"JPY"', '"usd"', '"EUR"', '"__proto__"', '1'],
  capture: ['true', 'false', '"true"', '0', 'null'],
  agent_id: ['"planner"', '"@planner"', '""', '1'],
  session_id: ['"ses_0"', '""', '"a b"', '[]'],
  label: ['"a"', '"goal=a"', '""', '1', `"${'x'.repeat(257)}"`],
  labels: [
    '{}',
    '{"label":"a"}',
    '{"team":"red"}',
    '{"team":1}',
    '{"":"a"}',
    '{"__proto__":"a"}',
    '[]',
    '"a"',
    '{"a":"\\u0000"}',
  ],
  category: ['"text/draft"', '"a b"', '""', '1'],
  request_id: ['"order 17"', '"req_0"', '""', '" a"', '"é"', `"${'r'.repeat(129)}"`, '1', 'null'],
  memo: ['"thanks"', '""', '"\\ud800"', `"${'x'.repeat(1025)}"`, '1'],
  expires_in: ['60', '60.0', '60.5', '0', '-1', '"60"', '31622400', '31622401', '6e1'],
  idempotency_key: ['"k"', '"a b"', '" a"', '""', '"é"', `"${'k'.repeat(256)}"`, '1'],
  deadline_ms: ['500', '0', '300001', '"500"'],
  surprise: ['1'],
  ['__proto__']: ['1', '{"payee":"a"}'],
} as Record<string, string[]>;

const body = fc
  .record(
    Object.fromEntries(Object.entries(texts).map(([name, values]) => [`f_${name}`, fc.constantFrom(...values)])),
    { requiredKeys: [] },
  )
  .map(
    (fields) =>
      `{${Object.entries(fields)
        .map(([name, text]) => `${JSON.stringify(name.slice(2))}:${text}`)
        .join(',')}}`,
  );

/** Mostly right, so that the two agree on more than refusals. */
const nearlyRight = fc
  .record(
    { a: fc.constantFrom('"payee":"writer"', '"service":"search"'), b: fc.constantFrom(...texts['amount']!), c: body },
    { requiredKeys: ['a', 'b'] },
  )
  .map(({ a, b, c }) => `{${a},"amount":${b}${c === undefined || c === '{}' ? '' : `,${c.slice(1, -1)}`}}`)
  .filter((text) => readJson(text).ok);

describe('The documented schema of a payment request', () => {
  it.each([
    ['any fields', body],
    ['nearly right requests', nearlyRight],
  ])('A10: accepts exactly what the service accepts: %s', (_, arbitrary) => {
    let accepted = 0;
    fc.assert(
      fc.property(arbitrary, (text) => {
        const fast = parsePaymentRequest(text);
        const documented = readRequest(paymentRequestSchema, text);
        expect({ text, ok: documented.ok }).toEqual({ text, ok: fast.ok });
        if (fast.ok) accepted += 1;
      }),
      { numRuns: 3000 },
    );
    if (arbitrary === nearlyRight) expect(accepted).toBeGreaterThan(20);
  });

  it('can be shown as JSON Schema, with amounts as numbers or strings', () => {
    const schema = z.toJSONSchema(paymentRequestSchema, { io: 'input', unrepresentable: 'any' });
    expect(schema).toMatchObject({
      $defs: {
        Amount: { oneOf: [{ type: 'number' }, { type: 'string' }] },
        PaymentRequest: { type: 'object', required: ['amount'], additionalProperties: false },
      },
    });
  });
});
