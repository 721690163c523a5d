import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { OwnerAnswer, SettlementRequest } from '#contracts';
import type { Command, Query } from '#domain';
import { ORG } from '../../test-support/scripted.js';
import { newPayment, recorded, refusedWith, ServicesUnderTest, watched } from '../../test-support/service-parts.js';
import { priceCall, requireService, type PricedCall } from './asked-call.js';
import { beginCall } from './begin-call.js';
import { BelievedCallers } from './believed-callers.js';
import { finishLeftCalls } from './finish-left-calls.js';
import type { ServiceParts } from './ports.js';

let test: ServicesUnderTest;
beforeAll(async () => void (test = await ServicesUnderTest.open()));
beforeEach(() => test.forget());
afterAll(() => test.close());

const holds = (command: Command | Query): OwnerAnswer => recorded('payment.authorized', `pay_${command.fresh_id}`);

async function priced(): Promise<PricedCall> {
  const asked = { service: 'once', payload: { text: 'hello' }, labels: {} };
  return priceCall(await requireService(test.parts, ORG, 'once'), asked, (problem) => problem);
}

/** A request of which there is no copy elsewhere. */
const first = (fields: Partial<SettlementRequest> = {}) => test.request({ is_first: true, ...fields });

/** Who is believed, since its call before this one was held for. */
async function believed(): Promise<ServiceParts> {
  const parts = { ...test.parts, believed: new BelievedCallers() };
  test.owner = holds;
  await beginCall(parts, first(), await priced(), 0);
  test.asked.length = 0;
  return parts;
}

/** Whether the claim stood before the owner had decided, who waits for it so long at most, and what came of the beginning. */
async function begin(
  parts: ServiceParts,
  request: SettlementRequest,
  answer: (command: Command | Query) => OwnerAnswer,
  wait_ms = 4_000,
) {
  let wasClaimed: boolean | undefined;
  const payment_id = `pay_${request.fresh_id}`;
  const owners = {
    send: async (_org: string, command: Command | Query) => {
      if (command.type !== 'payment.authorize') return answer(command);
      const until = Date.now() + wait_ms;
      do {
        await new Promise((resolve) => setTimeout(resolve, 10));
        wasClaimed = (await test.calls.read(payment_id)) !== undefined;
      } while (!wasClaimed && Date.now() < until);
      return answer(command);
    },
  };
  const begun = await beginCall({ ...parts, owners }, request, await priced(), 0).catch((thrown: unknown) => thrown);
  return { wasClaimed, begun };
}

async function row(payment_id: string) {
  await test.settled();
  return test.calls.read(payment_id);
}

/** Resolves when there is no such row, which is dropped behind the answer. */
async function gone(payment_id: string): Promise<void> {
  for (const until = Date.now() + 4_000; (await test.calls.read(payment_id)) !== undefined;) {
    if (Date.now() > until) throw new Error('The row is still there');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('The claim of a caller for whom the book held before', () => {
  it('C1: is written while the book decides, and is its call’s', async () => {
    const parts = await believed();
    const request = first();
    expect(await begin(parts, request, holds)).toMatchObject({ wasClaimed: true, begun: { isOurs: true } });
    expect(await row(`pay_${request.fresh_id}`)).toMatchObject({ state: 'calling', request: '{"text":"hello"}' });
  });

  it.each<[string, Partial<SettlementRequest>]>([
    ['another’s', { caller: { org: ORG, credential: { subject: 'key_2', proof: 'proof' } } }],
    ['one with another proof', { caller: { org: ORG, credential: { subject: 'key_1', proof: 'other' } } }],
    ['one of another org', { caller: { org: 'org_2', credential: { subject: 'key_1', proof: 'proof' } } }],
    [
      'one of another session',
      {
        caller: {
          org: ORG,
          credential: { subject: 'key_1', proof: 'proof', session: { subject: 'ses_1', proof: 'of the session' } },
        },
      },
    ],
    ['one of which there may be a copy elsewhere', { is_first: undefined }],
  ])('H4: as %s is written after the hold only', async (_what, fields) => {
    const parts = await believed();
    const request = first(fields);
    expect(await begin(parts, request, holds, 200)).toMatchObject({ wasClaimed: false, begun: { isOurs: true } });
  });

  it.each<[string, OwnerAnswer]>([
    ['refused', refusedWith('daily_cap_exceeded')],
    ['asked too often', { kind: 'unavailable', code: 'rate_limited', retry_after_ms: 5 }],
  ])('A7 H4: whose hold is %s leaves nothing behind, and the next one waits for its hold', async (_what, answer) => {
    const parts = await believed();
    const request = first();
    const { wasClaimed, begun } = await begin(parts, request, () => answer);
    expect([wasClaimed, begun]).toMatchObject([true, { answer }]);
    await gone(`pay_${request.fresh_id}`);
    expect(await begin(parts, first(), () => answer, 200)).toMatchObject({ wasClaimed: false });
  });

  it('A7: whose hold may stand is not made, and voided by the sweep', async () => {
    const parts = await believed();
    const request = first();
    const payment_id = `pay_${request.fresh_id}`;
    await begin(parts, request, () => ({ kind: 'unavailable', code: 'outcome_unknown' }));
    test.owner = (command) =>
      command.type === 'payment.void' ? recorded('payment.voided', command.payment_id) : undefined;
    expect(await finishLeftCalls(test.parts)).toBe(1);
    expect(test.asked.at(-1)).toMatchObject({ type: 'payment.void', payment_id });
    expect(await row(payment_id)).toMatchObject({ state: 'ended' });
    expect(test.provider.requests).toEqual([]);
  });

  it('C4: whose hold may stand is nobody else’s until it is kept that nothing was called', async () => {
    const parts = await believed();
    const taken: unknown[] = [];
    const unknown = (): OwnerAnswer => ({ kind: 'unavailable', code: 'outcome_unknown' });
    const request = first();
    await begin({ ...parts, calls: watched(parts.calls, taken) }, request, unknown);
    expect(taken).toEqual([[]]);
    const payment_id = `pay_${request.fresh_id}`;
    expect(await parts.calls.take(20, 1_000)).toMatchObject([{ payment_id, state: 'answered' }]);
  });

  it('C1: by a key that has a payment already leaves no claim of its own', async () => {
    const parts = await believed();
    const [earlier, request] = [newPayment(), first({ key: 'k' })];
    const replayed = () => recorded('payment.authorized', earlier, { replayed: true });
    expect(await begin(parts, request, replayed)).toMatchObject({
      wasClaimed: true,
      begun: { isOurs: false, isOfRequest: false, payment_id: earlier },
    });
    await gone(`pay_${request.fresh_id}`);
  });

  it('A7: whose payment waits for a person leaves none either', async () => {
    const parts = await believed();
    const request = first();
    const payment_id = `pay_${request.fresh_id}`;
    const { begun } = await begin(parts, request, () => recorded('payment.pending_approval', payment_id));
    expect(begun).toMatchObject({ isOurs: false, isOfRequest: true });
    await gone(payment_id);
  });

  it('A7: that cannot be written releases the hold', async () => {
    const parts = await believed();
    await test.admin.query('revoke insert on bursar.service_call from bursar_services');
    test.owner = (command) =>
      command.type === 'payment.void' ? recorded('payment.voided', command.payment_id) : holds(command);
    const begun = await beginCall(parts, first(), await priced(), 0).catch((thrown: unknown) => thrown);
    await test.settled();
    await test.admin.query('grant insert on bursar.service_call to bursar_services');
    expect(begun).toMatchObject({ answer: { kind: 'unavailable', code: 'settlement_unavailable' } });
    expect(test.asked.map(({ type }) => type)).toEqual(['payment.authorize', 'payment.void']);
  });
});

describe('Callers that are believed', () => {
  it('H4: are so many at most, and the oldest are forgotten first', () => {
    const callers = new BelievedCallers(2);
    const caller = (proof: string) => ({ org: ORG, credential: { subject: 'key_1', proof } });
    for (const proof of ['a', 'b', 'a', 'c']) callers.believe(caller(proof));
    expect(['a', 'b', 'c'].map((proof) => callers.has(caller(proof)))).toEqual([false, true, true]);
    callers.forget(caller('b'));
    expect(callers.has(caller('b'))).toBe(false);
  });
});
