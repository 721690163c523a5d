import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import specifications from '@asyncapi/specs';
import { Ajv } from 'ajv';
import { parseEnvelopeSubject, parseIntentSubject } from '../subjects.js';
import { asyncApiDocument, asyncApiText } from './asyncapi.js';
import { busPage } from './bus-page.js';
import { CHANNELS } from './channels.js';

const committed = (file: string) => readFileSync(new URL(`../../../../docs/${file}`, import.meta.url), 'utf8');
const schema = specifications.schemasWithoutId['3.0.0'];

describe('The document of the bus', () => {
  it('is committed as docs/asyncapi.json and docs/bus.md (npm run docs:bus writes them)', () => {
    expect(committed('asyncapi.json')).toBe(asyncApiText());
    expect(committed('bus.md')).toBe(busPage());
  });

  it('is one of AsyncAPI 3, by its own schema', () => {
    const validate = new Ajv({ strict: false, validateFormats: false, logger: false }).compile(schema);
    expect([validate(asyncApiDocument()), validate.errors]).toEqual([true, null]);
    // The schema would say so if it were none.
    expect(validate({ ...asyncApiDocument(), channels: { intents: { address: 17 } } })).toBe(false);
  });

  it('names nothing that is not there', () => {
    const document = asyncApiDocument();
    const references = JSON.stringify(document).match(/"#\/[^"]+"/g) ?? [];
    const at = (reference: string) =>
      reference
        .slice(3, -1)
        .split('/')
        .reduce((value, name) => (value as Record<string, unknown> | undefined)?.[name], document as unknown);
    expect(references.length).toBeGreaterThan(20);
    expect(references.filter((reference) => at(reference) === undefined)).toEqual([]);
  });

  it('has subjects that the services read as they are written', () => {
    const filled = (name: string) => CHANNELS.find((channel) => channel.name === name)!.address.replaceAll(/[{}]/g, '');
    expect(parseIntentSubject(`intents.7.${filled('intents').slice('intents.'.length)}`)).toEqual({
      partition: 7,
      org: 'org',
      agent: 'agent',
      credential: 'agent',
    });
    expect(parseEnvelopeSubject(filled('envelopesOfKeys'))).toEqual({ org: 'org', agent: 'agent', credential: 'key' });
    for (const { address, parameters } of CHANNELS)
      expect([...address.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)).toEqual(Object.keys(parameters));
  });
});
