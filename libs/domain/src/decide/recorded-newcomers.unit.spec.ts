import { describe, expect, it } from '@jest/globals';
import { BookScenario, OWNER, SCENARIO_ORG, type CommandInput } from '#testing';
import type { BookEvent } from '../events/index.js';

const FRESH = '5'.repeat(32);
const SCOPED = `agt_${'9'.repeat(32)}`;

/** The events that a command would record, with fields that are absent and not undefined. */
function recorded(book: BookScenario, command: CommandInput): readonly BookEvent[] {
  const decision = book.consider({ fresh_id: FRESH, ...command });
  if (decision.kind !== 'record') throw new Error('expected a record');
  return decision.events;
}

const headOf = (book: BookScenario, index = 0) => ({
  version: 1,
  org: SCENARIO_ORG,
  sequence: book.log.length + 1 + index,
  time: book.now,
  by: 'key_admin',
});

const scope = (fields: object = {}): CommandInput => ({
  type: 'agent.scope',
  scoped_agent_id: SCOPED,
  amount: 7n,
  asset: 'USD',
  labels: { label: 'goal' },
  ...fields,
});

const newcomer = (book: BookScenario, handle: string): object => ({
  type: 'agent.registered',
  ...headOf(book),
  agent_id: `agt_${FRESH}`,
  handle,
  origin: 'first_use',
  limits: [
    { of: 'amount', per: 'payment', maximum: '500000', asset: 'USD' },
    { of: 'amount', per: 'day', maximum: '25000000', asset: 'USD', time_zone: 'UTC' },
  ],
  funding: 'treasury',
  labels: {},
});

const scoped = (book: BookScenario, index: number, parent_agent_id: string, handle: string): object => ({
  type: 'agent.registered',
  ...headOf(book, index),
  agent_id: SCOPED,
  handle,
  origin: 'scoped',
  parent_agent_id,
  limits: [{ of: 'amount', per: 'lifetime', maximum: '7', asset: 'USD' }],
  funding: 'treasury',
  labels: { label: 'goal' },
  revocation_id: `rev_${'9'.repeat(32)}`,
});

const SUFFIX = `.${'9'.repeat(12)}`;

describe('Agents that come to be by a payment or by another agent', () => {
  it('A5 A10 given an agent that the org has never seen, then it is recorded with the org’s defaults and nothing else', () => {
    const book = new BookScenario();
    expect(recorded(book, book.payment(1n, { agent: 'newcomer' }))[0]).toStrictEqual(newcomer(book, 'newcomer'));
    expect(book.refused(book.payment(1n, { agent: SCOPED }))).toStrictEqual({
      code: 'agent_not_found',
      scope: { kind: 'agent', id: SCOPED },
    });
  });

  it('A10 given a scoped agent of one that is known, or of one that is not, then it is recorded with what was given', () => {
    const book = new BookScenario();
    expect(recorded(book, scope({ agent: 'newcomer', key: 'k', fingerprint: 'f' }))).toStrictEqual([
      newcomer(book, 'newcomer'),
      { ...scoped(book, 1, `agt_${FRESH}`, `newcomer${SUFFIX}`), key: 'k', fingerprint: 'f' },
    ]);
    const writer = book.agent('writer');
    expect(recorded(book, scope({ agent: 'writer' }))).toStrictEqual([scoped(book, 0, writer, `writer${SUFFIX}`)]);
  });

  it('A5 given an org key that names nobody, then it is a scoped agent of the agent default', () => {
    const book = new BookScenario();
    expect(recorded(book, scope())).toStrictEqual([
      newcomer(book, 'default'),
      scoped(book, 1, `agt_${FRESH}`, `default${SUFFIX}`),
    ]);
    const standard = book.agent('default');
    expect(recorded(book, scope({ credential: OWNER }))).toMatchObject([{ parent_agent_id: standard, by: 'owner' }]);
  });

  it('D7 given a handle as long as handles may be, then what is scoped out of it is no longer, and still told apart', () => {
    const book = new BookScenario();
    const long = 'a'.repeat(128);
    book.agent(long);
    expect(recorded(book, scope({ agent: long }))).toMatchObject([{ handle: `${'a'.repeat(115)}${SUFFIX}` }]);
  });

  it('F1 given an id or a handle that is there already, then no scoped agent is made of it', () => {
    const book = new BookScenario();
    const worker = book.agent('worker');
    const taken = (handle: string): object => ({ code: 'agent_handle_taken', scope: { kind: 'agent', id: handle } });
    expect(book.refused(scope({ agent: 'worker', scoped_agent_id: worker }))).toStrictEqual(
      taken(`worker.${worker.slice(-12)}`),
    );
    book.agent(`worker${SUFFIX}`);
    expect(book.refused(scope({ agent: 'worker' }))).toStrictEqual(taken(`worker${SUFFIX}`));
  });

  it('D7 given a limit below nothing, or an agent that is frozen, then the refusal says so; a limit of nothing is one', () => {
    const book = new BookScenario();
    const id = book.agent('worker');
    expect(book.refused(scope({ agent: 'worker', amount: -1n }))).toStrictEqual({
      code: 'amount_not_positive',
      scope: { kind: 'request', id: 'limit_usd' },
    });
    expect(recorded(book, scope({ agent: 'worker', amount: 0n }))).toMatchObject([{ limits: [{ maximum: '0' }] }]);
    book.given({ type: 'agent.freeze', agent: 'worker', reason: '' });
    expect(book.refused(scope({ agent: 'worker' }))).toStrictEqual({
      code: 'agent_not_active',
      scope: { kind: 'agent', id },
    });
  });
});
