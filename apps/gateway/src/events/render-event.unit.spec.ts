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
    const between = { payer: { agent_id: 'agt_3', handle: 'p' }, payee };
    for (const type of ['payment.declined', 'payment.pending_approval', 'payment.approval_refused']) {
      const event = { type, ...between } as unknown as BookEvent;
      expect([concernsAgent(event, 'agt_1'), concernsAgent(event, 'agt_3')]).toEqual([false, true]);
    }
    const paid = { type: 'payment.transferred', ...between } as unknown as BookEvent;
    expect([concernsAgent(paid, 'agt_1'), concernsAgent(paid, 'agt_3')]).toEqual([true, true]);
    expect(concernsAgent({ type: 'clearing.refused', source } as unknown as BookEvent, 'agt_1')).toBe(false);
  });
});
