import { describe, expect, it } from '@jest/globals';
import type { Command, Credential } from '#domain';
import { withOwnKey } from './prepare.js';

const SETTLEMENT: Credential = { subject: 'settlement', proven_by: 'settlement', service: 'search' };
const AGENT: Credential = { subject: 'agt_1', proof: 'proof' };

const capture = (credential: Credential, key?: string): Command => ({
  org: 'org_1',
  credential,
  fresh_id: 'f',
  key,
  fingerprint: 'v1:f',
  type: 'payment.capture',
  payment_id: 'pay_1',
  final: true,
});

describe('The key of a command', () => {
  it('C1 given what settlement says of a call that it makes, then it is the payment’s, whatever came with it', () => {
    for (const key of [undefined, 'service-capture:pay_1'])
      expect(withOwnKey(capture(SETTLEMENT, key))).toMatchObject({
        key: '§payment.capture:pay_1',
        fingerprint: 'v1:f',
      });
  });

  it('D6 given anybody else, then it is the caller’s own, so that it never meets settlement’s', () => {
    const own = capture(AGENT, 'service-capture:pay_1');
    expect(withOwnKey(own)).toBe(own);
  });
});
