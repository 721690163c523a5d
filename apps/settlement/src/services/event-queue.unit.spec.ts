import { describe, expect, it } from '@jest/globals';
import { EventQueue } from './event-queue.js';

async function all(queue: EventQueue): Promise<string> {
  let text = '';
  for await (const part of queue) text += part;
  return text;
}

describe('Texts on their way to a reader', () => {
  it('C1: come whole and in order, to one who was there before, and to one who comes when all is said', async () => {
    for (const isEarly of [true, false]) {
      const queue = new EventQueue();
      const early = isEarly ? all(queue) : undefined;
      for (const text of ['a', '', 'b', 'c']) {
        queue.push(text);
        await Promise.resolve();
      }
      queue.end();
      expect(await (early ?? all(queue))).toBe('abc');
    }
  });

  it('B3: keep nobody waiting who writes, and are let go of when the reader goes', async () => {
    const queue = new EventQueue();
    queue.push('a');
    for await (const text of queue) {
      expect(text).toBe('a');
      break;
    }
    for (let index = 0; index < 1_000; index += 1) queue.push('more');
    queue.end();
    expect(await all(queue)).toBe('');
  });

  it('B3: have begun when it is said, before there is any, and end without any', async () => {
    const queue = new EventQueue();
    let hasBegun = false;
    void queue.begun.then(() => (hasBegun = true));
    queue.push('a');
    await Promise.resolve();
    expect(hasBegun).toBe(false);
    queue.begin();
    await queue.begun;
    const none = new EventQueue();
    none.end();
    expect(await all(none)).toBe('');
  });
});
