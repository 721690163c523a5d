import { describe, expect, it } from '@jest/globals';
import { subjects } from '#contracts';
import type { BookEvent } from '#domain';
import { canonicalBytes } from '#event-log';
import { EventsStream } from './stream-publisher.js';

const head = { version: 1, org: 'org_1', sequence: 1, time: 0, by: 'owner' } as const;

/** The data that are published of these events. */
async function published(events: readonly BookEvent[]): Promise<Buffer[]> {
  const sent: { data: Uint8Array }[] = [];
  const publisher = { publish: (messages: { data: Uint8Array }[]) => Promise.resolve(void sent.push(...messages)) };
  const stream = new EventsStream(publisher as never);
  await stream.publish(
    events.map((event, index) => ({ partition: 1, position: index + 1, event, payload: canonicalBytes(event) })),
  );
  return sent.map(({ data }) => Buffer.from(data));
}

describe('What the stream of events carries', () => {
  it('F4: every event as the log has it, but nothing of tokens, not even their hashes', async () => {
    const frozen: BookEvent = { ...head, type: 'agent.frozen', agent_id: 'agt_1', reason: 'odd' };
    const issued: BookEvent = {
      ...head,
      type: 'key.issued',
      key_id: 'key_1',
      role: 'admin',
      name: 'first',
      token_hash: 'hash of a weak key',
    };
    const [first, second] = await published([frozen, issued]);
    expect(first).toEqual(canonicalBytes(frozen));
    expect(JSON.parse(second!.toString())).toEqual({
      ...head,
      type: 'key.issued',
      key_id: 'key_1',
      role: 'admin',
      name: 'first',
    });
  });

  it('D9: what comes from another org goes to the feed of the agent that was paid', async () => {
    const credited: BookEvent = {
      ...head,
      type: 'clearing.credited',
      payment_id: 'pay_1',
      source: { source_org: 'org_2', payment: 'pay_1', handle: 'stranger' },
      payee: { agent_id: 'agt_1', handle: 'shop' },
      amount: '1',
      asset: 'USD',
      postings: [],
    };
    const sent: { subject: string }[] = [];
    const publisher = { publish: (messages: { subject: string }[]) => Promise.resolve(void sent.push(...messages)) };
    const payload = canonicalBytes(credited);
    await new EventsStream(publisher as never).publish([{ partition: 1, position: 1, event: credited, payload }]);
    expect(sent.map(({ subject }) => subject)).toEqual([subjects.event(1, 'org_1', 'agt_1', 'clearing.credited')]);
  });
});
