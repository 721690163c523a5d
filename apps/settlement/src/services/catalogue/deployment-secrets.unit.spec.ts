import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deploymentSecrets } from './deployment-secrets.js';
import { definitionsIn, readyFolder, ServiceFileError } from './ready-definitions.js';

const definitions = definitionsIn(readyFolder());
let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'secrets-'))));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(text: string) {
  const file = join(folder, 'secrets.json');
  writeFileSync(file, text);
  return deploymentSecrets(file, definitions);
}

describe('The deployment’s secrets', () => {
  it('F4: are those of the file, each of a service that there is', () => {
    const secrets = read(
      '{"tavily": "tvly-1", "twilio": {"account_sid": "AC1", "auth_token": "token", "from": "+1555"}}',
    );
    expect(secrets.get('tavily')).toEqual({ value: 'tvly-1' });
    expect(secrets.get('twilio')).toMatchObject({ account_sid: 'AC1', auth_token: 'token' });
    expect(read('{}').size).toBe(0);
  });

  it.each([
    ['no JSON', '{"tavily": sk-very-secret', /the file must be a JSON object/],
    ['no object', '["sk-very-secret"]', /the file must be a JSON object/],
    ['a service that is not there', '{"tavilly": "sk-very-secret"}', /tavilly is no service/],
    [
      'a part too many',
      '{"tavily": {"value": "sk-very-secret", "more": "sk-very-secret"}}',
      /tavily secret\.more is no part/,
    ],
    ['a number', '{"tavily": 5}', /tavily secret must be a text/],
    ['a part that is missing', '{"twilio": {"account_sid": "sk-very-secret"}}', /twilio secret\.auth_token is missing/],
    ['what no header takes', '{"tavily": "sk-very-secret\\n"}', /tavily secret must be printable/],
  ])('F4 A9: of which one is %s are refused, by name, and never shown', (_what, text, message) => {
    let error: unknown;
    try {
      read(text);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ServiceFileError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain('sk-very-secret');
  });

  it('A9: of a file that is not there are refused', () => {
    expect(() => deploymentSecrets(join(folder, 'none.json'), definitions)).toThrow(/none\.json/);
  });
});
