import { Option } from 'commander';
import type { CommandContext } from '../command-context.js';
import { wholeNumber } from './call-options.js';

/** A page of the API holds no more. */
const PAGE = 200;

export interface ListingOptions {
  limit: number;
}

export function limitOption(): Option {
  return new Option('--limit <number>', 'how many at most').argParser(wholeNumber).default(50);
}

/** What is to be asked for in one page, where `limit` are wanted. */
export function pageOf({ limit }: ListingOptions): number {
  // One more than is shown says whether there are more.
  return Math.min(limit + 1, PAGE);
}

/** The first `limit` items of all pages; that there are more is said beside the result. */
export async function firstOf<Item>(
  context: CommandContext,
  items: AsyncIterable<Item>,
  { limit }: ListingOptions,
): Promise<Item[]> {
  const taken: Item[] = [];
  for await (const item of items) {
    if (taken.length === limit) {
      context.terminal.err('There are more: raise --limit.');
      break;
    }
    taken.push(item);
  }
  return taken;
}
