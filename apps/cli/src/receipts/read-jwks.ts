import { CommandFailed, EXIT } from '../exit-codes.js';
import { readGivenFile } from './read-given-file.js';

const TIMEOUT_MS = 10_000;

/** The public keys in a file, or at an address. */
export async function readJwks(place: string): Promise<{ keys: readonly unknown[] }> {
  const text = /^https?:\/\//.test(place) ? await fetched(place) : readGivenFile(place);
  const keys = keysIn(text);
  if (!keys) throw new CommandFailed(EXIT.usage, `${place} is no set of keys: {"keys": [...]}`);
  return { keys };
}

async function fetched(url: string): Promise<string> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
    if (response.ok) return await response.text();
    throw new Error(`it answers ${response.status}`);
  } catch (error) {
    // What `fetch` throws says why only in its cause.
    const { cause, message } = error as Error & { cause?: { message: string } };
    throw new CommandFailed(EXIT.unavailable, `${url} gives no keys: ${cause?.message ?? message}`);
  }
}

function keysIn(text: string): readonly unknown[] | undefined {
  try {
    const { keys } = JSON.parse(text) as { keys?: unknown };
    return Array.isArray(keys) ? keys : undefined;
  } catch {
    return undefined;
  }
}
