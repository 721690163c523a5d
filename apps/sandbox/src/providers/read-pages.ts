import { topicOf } from '../content/prose.js';

/** What a page is about, by its address: the last words of its path, or its host. */
export function topicOfAddress(url: string): string {
  const { hostname, pathname } = new URL(url);
  const last = pathname
    .split('/')
    .filter((part) => part !== '')
    .at(-1);
  return topicOf((last ?? hostname).replaceAll(/%[0-9a-f]{2}|[-_+]/gi, ' ').replace(/\.\w{1,5}$/, ''));
}
