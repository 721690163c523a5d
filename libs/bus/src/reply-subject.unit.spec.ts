import { describe, expect, it } from '@jest/globals';
import { replySubjectAllowed } from './index.js';

const own = 'intents.26.org_1.agt_1';
const byKey = 'intents.26.org_1.writer.key_1';

describe('the answer to an intent', () => {
  it('D10: goes below the answers of the credential that published it', () => {
    expect(replySubjectAllowed(own, 'answers.org_1.agt_1.a')).toBe(true);
    expect(replySubjectAllowed(own, 'answers.org_1.agt_1.a.b-c.7')).toBe(true);
    expect(replySubjectAllowed(byKey, 'answers.org_1.key_1.a')).toBe(true);
  });

  it.each([
    [own, 'answers.org_1.agt_2.a'],
    [own, 'answers.org_2.agt_1.a'],
    [own, 'answers.org_1.agt_1'],
    [own, 'answers.org_1.agt_1.'],
    [own, 'answers.org_1.agt_1.>'],
    [own, 'answers.org_1.agt_1.*'],
    [own, 'answers.org_1.agt_1.a..b'],
    [own, 'answers.org_1.agt_1.a b'],
    [own, 'answers.org_1.agt_1.a\r\nPUB x 0'],
    [own, '_INBOX.x'],
    [own, 'cmd.26.1'],
    [own, ''],
    [byKey, 'answers.org_1.writer.a'],
    ['commands.1.org_1', 'answers.org_1.agt_1.a'],
  ])('D10: of %s never goes to %j', (intent, reply_to) => {
    expect(replySubjectAllowed(intent, reply_to)).toBe(false);
  });
});
