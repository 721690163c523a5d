import { prose } from './prose.js';
import type { Seed } from './seed.js';

/** A page of the web that does not exist. */
export interface Page {
  readonly url: string;
  readonly title: string;
  readonly snippet: string;
  readonly published: Date;
}

const SITES: readonly [string, ...string[]] = ['journal.example', 'reports.example', 'news.example', 'notes.example'];
const KINDS: readonly [string, ...string[]] = ['a guide', 'an overview', 'what is known', 'figures and sources'];

export function pagesOn(seed: Seed, topic: string, count: number): Page[] {
  return Array.from({ length: count }, (_, number) => {
    const own = `page ${number}`;
    return {
      url: `https://${seed.pick(`${own} site`, SITES)}/${slug(topic)}-${seed.hex(own, 6)}`,
      title: `${capital(topic)}: ${seed.pick(`${own} kind`, KINDS)}`,
      snippet: prose(seed, topic, seed.between(`${own} words`, 20, 40)),
      published: seed.moment(own),
    };
  });
}

/** The Markdown of a page that was read. */
export function markdownOf(seed: Seed, topic: string, words: number): string {
  return `# ${capital(topic)}\n\n${prose(seed, topic, words)}\n`;
}

export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function slug(text: string): string {
  const plain = text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .slice(0, 40);
  return plain.replaceAll(/^-+|-+$/g, '') || 'page';
}
