import { afterAll, describe, expect, it } from '@jest/globals';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { makeTemporaryDirectory, projectRoot } from '#embedded';
import { deadLinksOf, headingsOf, linksOf, pagesFrom } from './page-links.js';

/** Every page under `docs`, and every README. */
function pages(): string[] {
  const below = (folder: string, isPage: (path: string) => boolean) =>
    readdirSync(join(projectRoot, folder), { recursive: true, encoding: 'utf8' })
      .filter((path) => isPage(path) && !path.split('/').includes('node_modules'))
      .map((path) => join(folder, path));
  const readmes = ['apps', 'libs', 'test', 'examples', 'deploy'].flatMap((folder) =>
    below(folder, (path) => path.split('/').at(-1) === 'README.md'),
  );
  return ['README.md', ...below('docs', (path) => path.endsWith('.md')), ...readmes];
}

const fence = '```';
const folder = makeTemporaryDirectory();
afterAll(() => folder.remove());

/** Files in a folder of their own. */
function write(files: Record<string, string>): string {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder.path, path)), { recursive: true });
    writeFileSync(join(folder.path, path), text);
  }
  return folder.path;
}

describe('The pages', () => {
  it('link to files and headings that exist', () => {
    expect(pages().flatMap((page) => deadLinksOf(projectRoot, page))).toEqual([]);
  });

  it('under docs are all reached from the README', () => {
    const reached = pagesFrom(projectRoot, 'README.md');
    expect(pages().filter((page) => page.startsWith('docs/') && !reached.has(page))).toEqual([]);
  });
});

describe('The links of a page', () => {
  it('are those of its prose that lead nowhere else', () => {
    const page = `[a](a.md) [b](https://b.example) \`[c](c.md)\` [d\nd](../d/#e-f)\n${fence}\n[g](g.md)\n${fence}\n[h](#h)`;
    expect(linksOf(page)).toEqual([
      { path: 'a.md', heading: undefined },
      { path: '../d/', heading: 'e-f' },
      { path: '', heading: 'h' },
    ]);
  });

  it('are dead where a file or a heading is not there', () => {
    const root = write({
      'dead/a.md': '# One `two`: Three!\n[x](b.md) [y](b.md#there) [z](b.md#not-there) [v](no.md) [w](#one-two-three)',
      'dead/b.md': '## There\n',
    });
    expect(deadLinksOf(root, 'dead/a.md')).toEqual([
      'dead/a.md: b.md#not-there has no such heading',
      'dead/a.md: no.md is not there',
    ]);
    write({ 'dead/a.md': '[outside](../../a.md)' });
    expect(deadLinksOf(root, 'dead/a.md')).toEqual(['dead/a.md: ../../a.md is not there']);
  });

  it('reach headings by names in which a repeated one is numbered', () => {
    expect([...headingsOf(`# A b\n${fence}\n# no\n${fence}\n## A b\n### [C](c.md) d_e`)]).toEqual([
      'a-b',
      'a-b-1',
      'c-d_e',
    ]);
  });

  it('reach the pages of a folder, and what these reach', () => {
    const root = write({
      'reach/a.md': '[b](b)',
      'reach/b/c.md': '[d](../d.md)',
      'reach/d.md': '',
      'reach/e.md': '[a](a.md)',
    });
    expect([...pagesFrom(root, 'reach/a.md')].toSorted()).toEqual(['reach/a.md', 'reach/b/c.md', 'reach/d.md']);
  });
});
