import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { forgetAdminKey, readOrMakeSecrets } from './secrets.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bursar-secrets-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('The secrets of a data folder', () => {
  it('F4: are made once, are kept from others, and are the same at the next start', () => {
    const made = readOrMakeSecrets(folder);
    expect(readOrMakeSecrets(folder)).toEqual(made);
    expect(Buffer.from(made.signingSeed, 'base64url')).toHaveLength(32);
    expect(statSync(join(folder, 'secrets.json')).mode & 0o077).toBe(0);
    forgetAdminKey(folder);
    const { adminKeyToShow: _shown, ...kept } = made;
    expect(readOrMakeSecrets(folder)).toEqual(kept);
  });

  it('of a folder from before there was a signing seed get one, once, and keep the others', () => {
    const { signingSeed: _later, secretsSeed: _latest, ...before } = readOrMakeSecrets(folder);
    writeFileSync(join(folder, 'secrets.json'), JSON.stringify(before));
    const completed = readOrMakeSecrets(folder);
    const seed = expect.stringMatching(/^[A-Za-z0-9_-]{43}$/);
    expect(completed).toEqual({ ...before, signingSeed: seed, secretsSeed: seed });
    expect(JSON.parse(readFileSync(join(folder, 'secrets.json'), 'utf8'))).toEqual(completed);
    expect(readOrMakeSecrets(folder)).toEqual(completed);
  });
});
