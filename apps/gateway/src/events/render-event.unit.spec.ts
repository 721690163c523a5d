import { describe, expect, it } from '@jest/globals';
import type { BookEvent } from '#domain';
import { concernsAgent } from './render-event.js';

describe('Which events an agent’s token sees', () => {
  it('D10: a credit from another org and its refund concern the agent that was paid, and no other', () => {
    const source = { source_org: 'org_2', payment: 'pay_1', handle: 'stranger' };
    const payee = { agent_id: 'agt_1', handle: 'shop' };
    for (const type of ['clearing.credited', 'clearing.refunded', 'clearing.refund_refused']) {
      const event = { type, source, payee } as unknown as BookEvent;
      expect([concernsAgent(event, 'agt_1'), concernsAgent(event, 'agt_2')]).toEqual([true, false]);
    }
    expect(concernsAgent({ type: 'clearing.refused', source } as unknown as BookEvent, 'agt_1')).toBe(false);
  });
});
