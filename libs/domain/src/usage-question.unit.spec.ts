import { describe, expect, it } from '@jest/globals';
import { BookScenario, SCENARIO_ORG } from '#testing';
import { isPaymentEvent, type PaymentEvent } from './events/index.js';
import { isAskedAbout, type UsageQuestion } from './usage-question.js';

/** A payment by a child agent in a session below another, and who else there is. */
function given() {
  const book = new BookScenario();
  const parent = book.agent('parent');
  const child = book.agent('child', { parent_agent: parent });
  const below = book.agent('below', { parent_agent: child });
  const root = book.session(9n);
  const leaf = book.session(9n, { parent_session_id: root });
  const deeper = book.session(9n, { parent_session_id: leaf });
  const aside = book.session(9n);
  const paid = (fields: object = {}): PaymentEvent => {
    book.spend(1n, { agent: 'child', session_id: leaf, ...fields });
    return book.log.findLast(isPaymentEvent)!;
  };
  const asks = (scope: UsageQuestion['scope'], event: PaymentEvent, fields: Partial<UsageQuestion> = {}): boolean =>
    isAskedAbout(book.state, { scope, asset: 'USD', since: book.now, ...fields }, event);
  return { book, paid, asks, agents: { parent, child, below }, sessions: { root, leaf, deeper, aside } };
}

describe('The payments that a new limit asks about', () => {
  it('D5 A4: are those of the agent and the agents below it, of the session and those below it, and of the org', () => {
    const { paid, asks, agents, sessions } = given();
    const event = paid();
    const asked = (kind: 'agent' | 'session', ids: object): string[] =>
      Object.entries(ids).flatMap(([name, id]) => (asks({ kind, id: id as string }, event) ? [name] : []));
    expect(asked('agent', agents)).toEqual(['parent', 'child']);
    expect(asked('session', sessions)).toEqual(['root', 'leaf']);
    expect(asks({ kind: 'organization', id: SCENARIO_ORG }, event)).toBe(true);
    expect(asks({ kind: 'organization', id: 'org_other' }, event)).toBe(false);
    const outside = paid({ session_id: undefined });
    expect(asks({ kind: 'session', id: sessions.root }, outside)).toBe(false);
    expect(asks({ kind: 'agent', id: agents.parent }, outside)).toBe(true);
  });

  it('D5 E3: are of its asset and payee, and authorized in its window, the first moment of which is in it', () => {
    const { book, paid, asks, agents } = given();
    const event = paid();
    const scope = { kind: 'agent', id: agents.child } as const;
    expect(asks(scope, event, { service: 'search' })).toBe(true);
    expect(asks(scope, event, { service: 'mail' })).toBe(false);
    expect(asks(scope, event, { payee: agents.parent })).toBe(false);
    expect(asks(scope, event, { asset: 'JPY' })).toBe(false);
    expect(asks(scope, event, { since: book.now + 1 })).toBe(false);
  });
});
