import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

/** A link of a page to something beside it: a path as it is written, and the heading behind its `#`. */
export interface PageLink {
  path: string;
  heading: string | undefined;
}

const FENCED = /^( *)```[^]*?^ *```$/gm;
const CODE = /`[^`\n]*`/g;
const LINK = /\]\(<?([^()<>\s]+)>?(?: "[^"]*")?\)/g;
const HEADING = /^#{1,6} (.*)$/gm;

/** The relative links of a page, without those that stand in its code. */
export function linksOf(page: string): PageLink[] {
  const prose = page.replaceAll(FENCED, '').replaceAll(CODE, '`');
  return [...prose.matchAll(LINK)]
    .map(([, target]) => target!)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [path = '', heading] = target.split('#');
      return { path: decodeURI(path), heading };
    });
}

/** The names by which links reach the headings of a page, as code hosts make them. */
export function headingsOf(page: string): Set<string> {
  const names = new Set<string>();
  for (const [, title] of page.replaceAll(FENCED, '').matchAll(HEADING)) {
    const name = title!
      .replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-');
    let once = name;
    for (let time = 1; names.has(once); time += 1) once = `${name}-${time}`;
    names.add(once);
  }
  return names;
}

/** What is wrong with the links of a page: files and headings that are not there. */
export function deadLinksOf(root: string, page: string): string[] {
  const dead: string[] = [];
  for (const { path, heading } of linksOf(readFileSync(join(root, page), 'utf8'))) {
    const file = targetOf(page, path);
    const written = heading === undefined ? path : `${path}#${heading}`;
    if (file.startsWith('..') || !existsSync(join(root, file))) dead.push(`${page}: ${written} is not there`);
    else if (heading !== undefined && !headingsOf(readFileSync(join(root, file), 'utf8')).has(heading))
      dead.push(`${page}: ${written} has no such heading`);
  }
  return dead;
}

/** The pages that a reader comes to who begins at one and follows links; a link to a folder shows all that is in it. */
export function pagesFrom(root: string, start: string): Set<string> {
  const reached = new Set<string>();
  const waiting = [start];
  for (let page = waiting.pop(); page !== undefined; page = waiting.pop()) {
    if (reached.has(page)) continue;
    reached.add(page);
    for (const { path } of linksOf(readFileSync(join(root, page), 'utf8'))) {
      const file = targetOf(page, path);
      if (!file.startsWith('..') && existsSync(join(root, file))) waiting.push(...pagesAt(root, file));
    }
  }
  return reached;
}

function pagesAt(root: string, file: string): string[] {
  if (!statSync(join(root, file)).isDirectory()) return file.endsWith('.md') ? [file] : [];
  return readdirSync(join(root, file))
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(file, name));
}

function targetOf(page: string, path: string): string {
  return path === '' ? page : relative('.', normalize(join(dirname(page), path)));
}
