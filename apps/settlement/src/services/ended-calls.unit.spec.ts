import { describe, expect, it } from '@jest/globals';
import { EndedCalls } from './ended-calls.js';

function open(fails: () => boolean = () => false) {
  const said: [string, readonly string[]][] = [];
  const alarms: unknown[] = [];
  const write = (what: string) => (payment_ids: readonly string[]) => {
    if (fails()) return Promise.reject(new Error('the table cannot be written'));
    said.push([what, payment_ids]);
    return Promise.resolve();
  };
  const store = { ended: write('ended'), drop: write('drop') };
  return { calls: new EndedCalls({ store, alarm: (error) => void alarms.push(error) }), said, alarms };
}

describe('That calls have ended', () => {
  it('H3: is said of many in one statement, and of all before it closes', async () => {
    const { calls, said } = open();
    for (const id of ['a', 'b', 'c']) calls.end(id);
    calls.drop('d');
    await calls.close();
    expect(said).toEqual([
      ['ended', ['a', 'b', 'c']],
      ['drop', ['d']],
    ]);
  });

  it('H3: is said soon', async () => {
    const { calls, said } = open();
    calls.end('a');
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(said).toEqual([['ended', ['a']]]);
    await calls.close();
    expect(said).toHaveLength(1);
  });

  it('B7: and cannot be kept is told, and those after it are kept', async () => {
    let isDown = true;
    const { calls, said, alarms } = open(() => isDown);
    calls.end('a');
    await new Promise((resolve) => setTimeout(resolve, 150));
    isDown = false;
    calls.end('b');
    await calls.close();
    expect([alarms.length, said]).toEqual([1, [['ended', ['b']]]]);
  });
});
