import { describe, expect, it } from '@jest/globals';
import { BookScenario } from '#testing';
import type { SpendLists } from '../lists.js';

const withLists = (lists: SpendLists): BookScenario => {
  const book = new BookScenario();
  book.agent('friend');
  book.agent('worker', { lists });
  return book;
};
const pays = (book: BookScenario, to: { service: string } | { agent: string }, fields: object = {}) =>
  book.trySpend(1n, { agent: 'worker', payee: to, ...fields });

describe('Allow and deny lists', () => {
  it('A9 given an empty allow list, then nothing may be paid, and given none, then everything', () => {
    const nothing = withLists({ allow: { services: [] } });
    expect(pays(nothing, { service: 'search' })).toMatchObject({ code: 'service_not_allowed', rule: 'allow:services' });
    expect(pays(nothing, { agent: 'friend' })).toMatchObject({ code: 'payee_not_allowed', rule: 'allow:services' });
    const agentsOnly = withLists({ allow: { payees: ['friend'] } });
    expect(pays(agentsOnly, { service: 'search' })).toMatchObject({ rule: 'allow:payees' });
    const orgsOnly = withLists({ allow: { payee_orgs: [] } });
    expect(pays(orgsOnly, { service: 'search' })).toMatchObject({ rule: 'allow:payee_orgs' });
    expect(pays(orgsOnly, { agent: 'friend' })).toMatchObject({ rule: 'allow:payee_orgs' });
    expect(pays(withLists({}), { service: 'search' })).toBeUndefined();
  });

  it('given services and payees that are allowed, then a payment has to be to one of either', () => {
    const book = new BookScenario();
    const friend = book.agent('friend');
    book.agent('other');
    book.agent('worker', { lists: { allow: { services: ['search'], payees: ['friend'] } } });
    expect(book.agentOf('worker').lists?.allow?.payees).toEqual([friend]);
    expect(pays(book, { service: 'search' })).toBeUndefined();
    expect(pays(book, { agent: 'friend' })).toBeUndefined();
    expect(pays(book, { service: 'mail' })).toMatchObject({ code: 'service_not_allowed' });
    expect(pays(book, { agent: 'other' })).toMatchObject({ code: 'payee_not_allowed', rule: 'allow:payees' });
  });

  it('given what is allowed and denied at once, then deny wins', () => {
    const book = withLists({ allow: { services: ['search'] }, deny: { services: ['search'] } });
    expect(pays(book, { service: 'search' })).toMatchObject({ code: 'service_not_allowed', rule: 'deny:services' });
  });

  it('given categories that are allowed, then a payment without one is refused as well', () => {
    const book = withLists({ allow: { categories: ['research'] } });
    expect(pays(book, { service: 'search' }, { category: 'research' })).toBeUndefined();
    expect(pays(book, { service: 'search' }, { category: 'fun' })).toMatchObject({ code: 'category_not_allowed' });
    expect(pays(book, { service: 'search' })).toMatchObject({ code: 'category_not_allowed' });
  });

  it('given protocols and orgs that are denied, then payments by them and to them are refused', () => {
    const protocols = withLists({ deny: { protocols: ['x402'] } });
    expect(pays(protocols, { service: 'search' }, { protocol: 'x402' })).toMatchObject({
      code: 'protocol_not_allowed',
      rule: 'deny:protocols',
    });
    const orgs = withLists({ deny: { payee_orgs: [new BookScenario().state.organizations.get('book')!.id] } });
    expect(pays(orgs, { agent: 'friend' })).toMatchObject({ code: 'payee_not_allowed', rule: 'deny:payee_orgs' });
    expect(pays(orgs, { service: 'search' })).toBeUndefined();
  });

  it('E2 given hours in a time zone, then money is spent within them only, to the minute, by local clocks', () => {
    // Wednesday 4 March 2026, 12:00 UTC: 13:00 in Berlin.
    const open = (from: number, to: number): SpendLists => ({
      hours: { time_zone: 'Europe/Berlin', spans: [{ from: 2 * 1440 + from, to: 2 * 1440 + to }] },
    });
    expect(pays(withLists(open(13 * 60, 14 * 60)), { service: 'search' })).toBeUndefined();
    expect(pays(withLists(open(12 * 60, 13 * 60)), { service: 'search' })).toMatchObject({ code: 'outside_hours' });
    expect(pays(withLists({ hours: { time_zone: 'UTC', spans: [] } }), { service: 'search' })).toMatchObject({
      code: 'outside_hours',
      rule: 'hours',
    });
  });

  it('A3 given lists of a parent agent, of any session above and of the org, then each of them binds and is named', () => {
    const deny: SpendLists = { deny: { services: ['mail'] } };
    const book = new BookScenario();
    book.agent('boss', { lists: deny });
    book.agent('worker', { parent_agent: 'boss' });
    expect(pays(book, { service: 'mail' })).toMatchObject({ scope: { kind: 'parent_agent' } });

    const sessions = new BookScenario();
    sessions.agent('worker');
    const root = sessions.session(100n, { lists: deny });
    const leaf = sessions.session(100n, { parent_session_id: root });
    expect(pays(sessions, { service: 'mail' }, { session_id: leaf })).toMatchObject({
      scope: { kind: 'session', id: root },
    });

    const org = new BookScenario();
    org.agent('worker');
    org.given({ type: 'organization.change', lists: deny });
    expect(pays(org, { service: 'mail' })).toMatchObject({ scope: { kind: 'organization' } });
    org.given({ type: 'organization.change', lists: null });
    expect(pays(org, { service: 'mail' })).toBeUndefined();
  });

  it('E6 given lists that are changed on a live agent and session, then the next payment obeys the new ones', () => {
    const book = withLists({ deny: { services: ['mail'] } });
    const session = book.session(100n);
    book.given({ type: 'agent.change', agent: 'worker', lists: null });
    expect(pays(book, { service: 'mail' }, { session_id: session })).toBeUndefined();
    book.given({ type: 'session.change', session_id: session, lists: { allow: { services: ['search'] } } });
    expect(pays(book, { service: 'mail' }, { session_id: session })).toMatchObject({ scope: { kind: 'session' } });
    book.given({ type: 'session.change', session_id: session, lists: null });
    expect(pays(book, { service: 'mail' }, { session_id: session })).toBeUndefined();
  });
});
