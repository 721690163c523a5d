import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { definitionsIn, readyFolder, ServiceFileError } from './ready-definitions.js';

let root: string;
beforeAll(() => void (root = mkdtempSync(join(tmpdir(), 'ready-services-'))));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function write(file: string, text: string): void {
  const path = join(root, file);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
}

describe('the definitions that come with Bursar', () => {
  it('A9: are those of the source where it runs as it was built, whatever the build has left in a folder of that name', () => {
    write('apps/settlement/services/a.json', '{}');
    write('dist/apps/settlement/services/a.unit.spec.js', '');
    expect(readyFolder(join(root, 'dist/apps/settlement/src/services/catalogue'))).toBe(
      join(root, 'apps/settlement/services'),
    );
    expect(() => readyFolder(join(root, '..'))).toThrow('is missing');
  });

  it('A9: are not started with where one is wrong, and its line and field are told', () => {
    write('wrong/a.json', '{\n"name": "A"\n}');
    const read = () => definitionsIn(join(root, 'wrong'));
    expect(read).toThrow(ServiceFileError);
    expect(read).toThrow(/a\.json can not be read:\n.*line 1: title is missing[^]*line 2: name must be/);
    expect(definitionsIn(readyFolder()).size).toBe(10);
  });
});
