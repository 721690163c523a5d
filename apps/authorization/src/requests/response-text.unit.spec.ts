import { describe, expect, it } from '@jest/globals';
import type { OwnerAnswer, OwnerResponse } from '#contracts';
import { responseText } from './response-text.js';

const credential = (subject: string): OwnerAnswer => ({ kind: 'credential', credential: { subject, kind: 'key' } });
const read = (text: string) => JSON.parse(text) as OwnerResponse;

describe('The answers to the commands of one message', () => {
  it('given they fit into a message, then they are sent as they are', () => {
    const answers = [credential('key_1'), credential('key_2')];
    expect(read(responseText({ answers }))).toEqual({ answers });
  });

  it('H4: given they do not, then those that fit are sent, and the others are told to ask again', () => {
    const answers = Array.from({ length: 300 }, (_, index) => credential(`key_${index}_${'é'.repeat(4_000)}`));
    const text = responseText({ answers });
    expect(Buffer.byteLength(text)).toBeLessThan(1_000_000);
    const sent = read(text).answers;
    expect(sent).toHaveLength(300);
    const kept = sent.findIndex((answer) => answer.kind === 'unavailable');
    expect(kept).toBeGreaterThan(100);
    expect(sent.slice(0, kept)).toEqual(answers.slice(0, kept));
    expect(new Set(sent.slice(kept).map((answer) => JSON.stringify(answer)))).toEqual(
      new Set(['{"kind":"unavailable","code":"book_unavailable"}']),
    );
  });
});
