import { connectBus } from './connection.js';
import { randomBytes } from 'node:crypto';

/** The server lets in whoever comes: anybody could publish anybody's intents. */
export class AuthCalloutMissing extends Error {
  override readonly name = 'AuthCalloutMissing';
}

/**
 * Makes sure that the server asks the services who connects, by coming with no credential and with one that nobody
 * has: both must be refused. To be called while a responder answers, and before intents are taken.
 *
 * @throws AuthCalloutMissing saying which stranger was let in; other errors where the server cannot be reached
 */
export async function assertAuthCallout(url: string): Promise<void> {
  const strangers = [
    { who: 'a connection without credentials', credentials: undefined },
    { who: 'a token that nobody has', credentials: { token: `nobody-${randomBytes(16).toString('hex')}` } },
    { who: 'a user that nobody is', credentials: { user: 'nobody', password: randomBytes(16).toString('hex') } },
  ];
  for (const { who, credentials } of strangers) {
    if (await letsIn(url, credentials)) {
      throw new AuthCalloutMissing(
        `The nats-server at ${withoutSecrets(url)} let in ${who}. Identity on the bus is what the server vouches for, ` +
          'so intents are refused until it runs with the auth callout of deploy/nats/bursar.conf.',
      );
    }
  }
}

async function letsIn(url: string, credentials: Parameters<typeof connectBus>[0]['credentials']): Promise<boolean> {
  try {
    // Longer than the server waits for an answer to its callout: where nobody answers, it is the server that refuses.
    const connect_timeout_ms = 15_000;
    const connection = await connectBus({ url, name: 'bursar: is anybody let in?', credentials, connect_timeout_ms });
    await connection.close();
    return true;
  } catch (error) {
    if (/authoriz|authentic/i.test((error as Error).message)) return false;
    throw error;
  }
}

function withoutSecrets(url: string): string {
  return url.replace(/\/\/[^@/]*@/g, '//');
}
