import type { LimitDefinition } from '#domain';

export const limit = (of: LimitDefinition['of'], per: LimitDefinition['per'], maximum: number): LimitDefinition => ({
  of,
  per,
  maximum: maximum.toString(),
  asset: 'USD',
});
