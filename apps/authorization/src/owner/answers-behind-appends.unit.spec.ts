import { beforeEach, describe, expect, it } from '@jest/globals';
import { partitionOf } from '#contracts';
import { MemoryLogStore } from '#event-log';
import { FragileLog, Gate } from '../../test-support/fragile-log.js';
import { ORG, openBook, pay, startOwner, type Harness } from '../../test-support/owner-harness.js';

let log: FragileLog;
let harness: Harness;
/** What has happened, in order. */
let seen: string[];
/** Passed by appends, the first first. */
let gates: Gate[];

beforeEach(async () => {
  log = new FragileLog(new MemoryLogStore());
  harness = await startOwner(log);
  await openBook(harness);
  seen = [];
  gates = [new Gate(), new Gate()];
  let count = 0;
  log.aroundAppend = async (go) => {
    const number = count++;
    seen.push(`append ${number + 1} begins`);
    await gates[number]?.pass();
    return go();
  };
});

const ask = (key: string) =>
  harness.ask(pay({ key })).then((answer) => {
    seen.push(`${key} is ${answer.kind}`);
    return answer;
  });

describe('Answers of an owner', () => {
  it('are sent when the next append has begun, and do not wait for its end', async () => {
    const one = ask('one');
    await gates[0]!.arrived;
    const two = ask('two');
    gates[0]!.open();
    expect(await one).toMatchObject({ kind: 'recorded' });
    expect(seen).toEqual(['append 1 begins', 'append 2 begins', 'one is recorded']);
    gates[1]!.open();
    expect(await two).toMatchObject({ kind: 'recorded' });
  });

  it('are sent at once where nothing waits', async () => {
    gates.forEach((gate) => gate.open());
    await ask('one');
    expect(seen).toEqual(['append 1 begins', 'one is recorded']);
  });

  it('D2: are all sent before the owner has stopped', async () => {
    const one = ask('one');
    await gates[0]!.arrived;
    const two = ask('two');
    const stopped = harness.owner.stop().then(() => seen.push('stopped'));
    gates.forEach((gate) => gate.open());
    await Promise.all([one, two, stopped]);
    expect(seen.slice(-1)).toEqual(['stopped']);
    expect(seen).toContain('two is recorded');
  });

  it('that cannot be sent keep nobody else from his, and are told to whoever runs Bursar', async () => {
    gates.forEach((gate) => gate.open());
    harness.owner.submit({
      partition: partitionOf(ORG),
      request: pay({ key: 'broken' }),
      arrived_at: Date.now(),
      answer: () => {
        throw new Error('nobody is there');
      },
    });
    expect(await ask('one')).toMatchObject({ kind: 'recorded' });
    expect(harness.alarms).toEqual([expect.stringContaining('nobody is there')]);
  });
});
