import { randomBytes } from 'node:crypto';
import type { EndToEnd } from './end-to-end.js';
import type { PlainAnswer } from './plain-http.js';

/** Calls of paid services as agents make them, and what has reached the sandbox of them. */
export class PaidServices {
  constructor(
    readonly world: EndToEnd,
    readonly token: string,
  ) {}

  pay(body: object, key?: string): Promise<PlainAnswer> {
    return this.post('/v1/pay', body, key);
  }

  post(path: string, body: object, key?: string): Promise<PlainAnswer> {
    const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
    return this.world.call('POST', path, { token: this.token, body, headers });
  }

  /** How often the sandbox was asked something that has this text in it. */
  async asked(text: string): Promise<number> {
    const answer = await fetch(
      `${this.world.instance.sandboxUrl}/sandbox/calls?containing=${encodeURIComponent(text)}`,
    );
    const { calls } = (await answer.json()) as { calls: { repeated?: boolean }[] };
    return calls.filter(({ repeated }) => repeated !== true).length;
  }
}

/** A text that no other test asks for. */
export function ownText(rest = ''): string {
  return `heat${randomBytes(6).toString('hex')}${rest === '' ? '' : ` ${rest}`}`;
}
