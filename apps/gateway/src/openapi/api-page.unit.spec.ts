import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { apiPage, type ApiDocument } from './api-page.js';
import { typeText } from './schema-text.js';

const read = (file: string) => readFileSync(new URL(`../../../../docs/${file}`, import.meta.url), 'utf8');

describe('docs/api.md', () => {
  const document = JSON.parse(read('openapi.json')) as ApiDocument;
  const page = apiPage(document);

  it('is what docs/openapi.json says (npm run docs:api writes it)', () => {
    expect(read('api.md')).toBe(page);
  });

  it('has every call, and every shape that anything links to', () => {
    const headings = new Set([...page.matchAll(/^##+ (.*)$/gm)].map(([, title]) => title!));
    for (const [path, methods] of Object.entries(document.paths))
      for (const method of Object.keys(methods)) expect(headings).toContain(`${method.toUpperCase()} ${path}`);
    const anchors = new Set([...headings].map((title) => title.toLowerCase().replaceAll(' ', '-')));
    const links = [...page.matchAll(/\]\(#([^)]*)\)/g)].map(([, link]) => link!);
    expect(links.length).toBeGreaterThan(200);
    expect(links.filter((link) => !anchors.has(link))).toEqual([]);
  });
});

describe('A type in few words', () => {
  it('names shapes, choices and bounds', () => {
    const cases = [
      [{ $ref: '#/components/schemas/Agent' }, '[Agent](#agent)'],
      [{ type: 'integer', minimum: 1, maximum: 200 }, 'integer, 1 to 200'],
      [{ type: 'integer', minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }, 'integer'],
      [{ type: 'string', format: 'date-time', maxLength: 30 }, 'string (date-time), up to 30 characters'],
      [{ anyOf: [{ enum: ['a', 'b'] }, { type: 'null' }] }, '`a`, `b` or null'],
      [{ type: 'array', items: { const: 1 }, minItems: 1 }, 'list of `1`, from 1 items'],
      [{ type: 'object', properties: { id: { type: 'string' } } }, 'object {`id`: string}'],
      [{ type: 'object', additionalProperties: { type: 'string' } }, 'map of string'],
    ] as const;
    for (const [schema, text] of cases) expect(typeText(schema as never)).toBe(text);
  });
});
