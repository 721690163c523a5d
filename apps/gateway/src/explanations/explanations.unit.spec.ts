import { describe, expect, it } from '@jest/globals';
import type { PastExplanation } from '#domain';
import type { DecisionPlace } from '../ports.js';
import { Explanations } from './explanations.js';

const told = (time: number): PastExplanation => ({ would: 'captured', time, rules: [], reproduced: true });
const at = (position: number, org = 'org_1'): DecisionPlace => ({ org, partition: 3, position });

describe('Explanations of past decisions', () => {
  it('are worked on further where the caller waits no longer, and are there when it asks again, made once', async () => {
    let finish: (explanation: PastExplanation) => void = () => undefined;
    let asked = 0;
    const explanations = new Explanations({
      explain: () => {
        asked += 1;
        return new Promise((resolve) => (finish = resolve));
      },
    });
    expect(await explanations.of(at(7), 5)).toBeUndefined();
    const waiting = explanations.of(at(7), 1_000);
    finish(told(7));
    expect(await waiting).toEqual(told(7));
    expect(await explanations.of(at(7), 0)).toEqual(told(7));
    expect(asked).toBe(1);
  });

  it('are made one at a time, and bounded: one org leaves room for others', async () => {
    let running = 0;
    let most = 0;
    const explanations = new Explanations({
      explain: async ({ position }) => {
        most = Math.max(most, ++running);
        await new Promise((resolve) => setTimeout(resolve, 5));
        running -= 1;
        return told(position);
      },
    });
    const first = [1, 2, 3, 4, 5].map((position) => explanations.of(at(position), 5_000));
    const others = Array.from({ length: 14 }, (_, index) => explanations.of(at(10 + index, `org_${index + 2}`), 5_000));
    const told1 = (await Promise.all(first)).map((explanation) => explanation?.time);
    expect(told1).toEqual([1, 2, 3, 4, undefined]);
    expect((await Promise.all(others)).map((explanation) => explanation?.time)).toEqual([
      ...Array.from({ length: 12 }, (_, index) => 10 + index),
      undefined,
      undefined,
    ]);
    expect(most).toBe(1);
  });

  it('that failed are told as failures, and are tried again when somebody asks again', async () => {
    const answers = [Promise.reject(new Error('the log is away')), Promise.resolve(told(1))];
    answers[0]!.catch(() => undefined);
    const explanations = new Explanations({ explain: () => answers.shift()! });
    await expect(explanations.of(at(1), 1_000)).rejects.toThrow('the log is away');
    expect(await explanations.of(at(1), 1_000)).toEqual(told(1));
  });
});
