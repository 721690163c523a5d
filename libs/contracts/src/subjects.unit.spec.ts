import { describe, expect, it } from '@jest/globals';
import fastCheck from 'fast-check';
import { fromSubjectToken, parseIntentSubject, subjects, subjectToken } from './subjects.js';

describe('subjects', () => {
  it('hold any handle as one token, and give it back', () => {
    fastCheck.assert(
      fastCheck.property(fastCheck.stringMatching(/^[A-Za-z0-9._%-]{1,64}$/), (handle) => {
        const token = subjectToken(handle);
        expect(token).not.toContain('.');
        expect(fromSubjectToken(token)).toBe(handle);
      }),
    );
  });

  it('D10: say of an intent who published it', () => {
    expect(subjects.intent('org_1', 'agt_1', 'agt_1')).toBe('intents.org_1.agt_1');
    expect(subjects.intent('org_1', 'writer.v2', 'key_1')).toBe('intents.org_1.writer%2Ev2.key_1');
    expect(parseIntentSubject('intents.26.org_1.agt_1')).toEqual({
      partition: 26,
      org: 'org_1',
      agent: 'agt_1',
      credential: 'agt_1',
    });
    expect(parseIntentSubject('intents.26.org_1.writer%2Ev2.key_1')).toMatchObject({
      agent: 'writer.v2',
      credential: 'key_1',
    });
  });

  it.each(['intents.26.org_1', 'intents.26', 'other.26.org_1.agt_1', 'intents.26.org_1.a.k.more', ''])(
    'F7: of another shape are no intents: %j',
    (subject) => {
      expect(parseIntentSubject(subject)).toBeUndefined();
    },
  );
});
