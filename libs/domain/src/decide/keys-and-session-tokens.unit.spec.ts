import { describe, expect, it } from '@jest/globals';
import { ADMIN, BookScenario } from '#testing';

describe('org keys', () => {
  it('F1: an id is issued once, so that a revoked key never opens the door again', () => {
    const book = new BookScenario();
    const key = {
      type: 'key.issue',
      key_id: 'key_second',
      role: 'operator',
      name: 'second',
      token_hash: 'hash',
    } as const;
    book.when(key);
    book.when({ type: 'key.revoke', key_id: 'key_second' });
    expect(book.refused(key).code).toBe('key_exists');
  });

  it('F6: the last admin key cannot be revoked, one of two can', () => {
    const book = new BookScenario();
    expect(book.refused({ type: 'key.revoke', key_id: ADMIN.subject }).code).toBe('key_is_last_admin');
    book.when({ type: 'key.issue', key_id: 'key_other', role: 'admin', name: 'other', token_hash: 'hash' });
    expect(() => book.when({ type: 'key.revoke', key_id: ADMIN.subject })).not.toThrow();
  });
});
