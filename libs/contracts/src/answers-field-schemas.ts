import { z } from 'zod';

/**
 * Fields that many answers have. The files `answers-*-schemas.ts` say what answers look like, for the OpenAPI document; tests hold
 * rendered answers to them. Decimal strings are the rule; agents and sessions give JSON numbers, each with its exact twin.
 */
export const decimalText = z.string().meta({ id: 'Decimal', description: 'Exact decimal amount.', examples: ['0.05'] });
export const isoTime = z.iso.datetime().meta({ id: 'Time' });
export const position = z.string().meta({ id: 'Position', description: '`<partition>:<position>` in the log.' });
/** Absent for decisions of before there were versions. */
export const policyVersion = z.int().meta({
  id: 'PolicyVersion',
  description: 'Number of the last event that set a rule which concerned this; `GET /v1/policies/{version}` tells it.',
});
export const labels = z.record(z.string(), z.string());
export const currency = z.enum(['USD', 'JPY']);

export const agentParty = z.strictObject({ agent_id: z.string(), handle: z.string() });
export const payee = z.union([
  agentParty,
  z.strictObject({ service: z.string() }),
  z.strictObject({ payee_org: z.string(), handle: z.string() }),
]);

/** A JSON number and its exact twin. */
export function money<Name extends string>(name: Name) {
  return { [name]: z.number(), [`${name}_exact`]: decimalText } as Record<Name, z.ZodNumber> &
    Record<`${Name}_exact`, typeof decimalText>;
}

export function nullableMoney<Name extends string>(name: Name) {
  return { [name]: z.number().nullable(), [`${name}_exact`]: decimalText.nullable() } as Record<
    Name,
    z.ZodNullable<z.ZodNumber>
  > &
    Record<`${Name}_exact`, z.ZodNullable<typeof decimalText>>;
}
