import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { TOOLS } from './index.js';

const page = readFileSync(new URL('../../../../docs/mcp.md', import.meta.url), 'utf8');

interface ObjectSchema {
  properties: Record<string, unknown>;
  required?: string[];
}

describe('every tool', () => {
  it.each(TOOLS.map((tool) => [tool.name, tool] as const))(
    'stands in docs/mcp.md with its arguments: %s',
    (name, tool) => {
      const [row] = page.split('\n').filter((line) => line.startsWith(`| \`${name}\``));
      const { properties } = z.toJSONSchema(tool.input, { io: 'input' }) as unknown as ObjectSchema;
      const told = [...(row ?? '').matchAll(/`([a-z_0-9]+)`/g)].map(([, word]) => word!).slice(1);
      expect([name, told.toSorted()]).toEqual([name, Object.keys(properties).toSorted()]);
    },
  );

  it('D6: that pays one amount at once requires a key', () => {
    const requiring = TOOLS.filter(({ input }) =>
      (z.toJSONSchema(input, { io: 'input' }) as unknown as ObjectSchema).required?.includes('idempotency_key'),
    );
    expect(requiring.map(({ name }) => name)).toEqual(['pay', 'send_to_agent']);
  });
});
