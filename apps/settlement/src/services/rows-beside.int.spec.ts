import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { OwnerAnswer, SettlementRequest } from '#contracts';
import type { Command, Query, RowBeside } from '#domain';
import { ORG } from '../../test-support/scripted.js';
import { newPayment, paymentOf, recorded, refusedWith, ServicesUnderTest } from '../../test-support/service-parts.js';
import { priceCall, requireService, type PricedCall } from './asked-call.js';
import { beginCall } from './begin-call.js';
import { endCall } from './end-call.js';
import { finishLeftCalls } from './finish-left-calls.js';
import { joinCall } from './join-call.js';
import { outcomeText, type Outcome } from './outcome.js';
import type { ServiceParts } from './ports.js';

let test: ServicesUnderTest;
beforeAll(async () => void (test = await ServicesUnderTest.open()));
beforeEach(() => test.forget());
afterAll(() => test.close());

const PAID: Outcome = { kind: 'paid', body: { answer: '42' }, units: 20_000n };
const UNKNOWN: OwnerAnswer = { kind: 'unavailable', code: 'outcome_unknown' };
const LONG = 'x'.repeat(65_536);

type Named = Command & { payment_id: string };

/** As the owner's append writes it, with the event. */
async function written(payment_id: string, beside: RowBeside | undefined): Promise<void> {
  if (beside?.kind === 'call') await test.calls.begin({ payment_id, org: ORG, ...beside });
  if (beside?.kind !== 'answer') return;
  const { answer, units } = beside;
  await test.calls.answered({ payment_id, answer, ...(units !== undefined && { units: BigInt(units) }) });
  await test.calls.ended([payment_id]);
}

const nameOf = (command: Command | Query) =>
  command.type === 'payment.authorize' ? `pay_${command.fresh_id}` : (command as Named).payment_id;

/** Takes what it is asked, and says so. */
function willing(command: Command | Query): OwnerAnswer {
  const event = { 'payment.authorize': 'payment.authorized', 'payment.capture': 'payment.captured' }[
    command.type as string
  ];
  return recorded(event ?? 'payment.voided', nameOf(command));
}

/** Writes the rows that come with commands, and gives this answer. What is written here of calls is noted. */
function keeping(answer: (command: Command | Query) => OwnerAnswer): { parts: ServiceParts; said: string[] } {
  const said: string[] = [];
  const owners = {
    send: async (_org: string, command: Command | Query) => {
      test.asked.push(command);
      const beside = 'beside' in command ? command.beside : undefined;
      await written(nameOf(command), beside);
      const given = answer(command);
      return given.kind === 'recorded' && beside ? { ...given, kept_beside: true } : given;
    },
  };
  const calls = new Proxy(test.calls, {
    get: (target, name: keyof ServiceParts['calls']) => {
      const call = target[name].bind(target) as (...given: never[]) => unknown;
      return (...given: never[]) => {
        said.push(name);
        return call(...given);
      };
    },
  });
  const ended = { end: () => said.push('end'), drop: () => said.push('drop') };
  return { parts: { ...test.parts, owners, calls, ended: ended as unknown as ServiceParts['ended'] }, said };
}

async function priced(text = 'hello'): Promise<PricedCall> {
  const asked = { service: 'once', payload: { text: 'hello' }, labels: {} };
  const whole = priceCall(await requireService(test.parts, ORG, 'once'), asked, (problem) => problem);
  return { ...whole, call: { ...whole.call, payload: { text } } };
}

const begin = async (parts: ServiceParts, request: SettlementRequest, text?: string) =>
  beginCall(parts, request, await priced(text), 0).catch((thrown: unknown) => thrown);

async function row(payment_id: string) {
  await test.settled();
  return test.calls.read(payment_id);
}

describe('A claim that travels with its hold', () => {
  it('C1: is its call’s where the owner says that it was kept, and nobody writes it again', async () => {
    const { parts, said } = keeping(willing);
    const request = test.request();
    const payment_id = `pay_${request.fresh_id}`;
    expect(await begin(parts, request)).toMatchObject({ isOurs: true, isOfRequest: true, payment_id });
    expect(said).toEqual([]);
    expect(await row(payment_id)).toMatchObject({ state: 'calling', service: 'once', request: '{"text":"hello"}' });
  });

  it('C1: is its call’s where it was kept and nobody says so', async () => {
    const { parts } = keeping((command) => ({ ...willing(command), kept_beside: false }) as OwnerAnswer);
    const owners = {
      send: async (org: string, command: Command | Query) =>
        ({ ...(await parts.owners.send(org, command)), kept_beside: false }) as OwnerAnswer,
    };
    expect(await begin({ ...parts, owners }, test.request())).toMatchObject({ isOurs: true });
  });

  it.each([
    ['its own try', true],
    ['another copy of the request', false],
  ])('C1: with a hold that is answered again is its call’s where %s has kept it: %s', async (_what, isOwn) => {
    const request = test.request();
    const payment_id = `pay_${request.fresh_id}`;
    const owners = {
      send: async (_org: string, command: Command | Query) => {
        if (command.type === 'query.payment')
          return paymentOf(payment_id, ['payment.authorized', { unknown_at: Date.now() + 60_000 }]);
        const beside = (command as { beside: RowBeside }).beside;
        await written(payment_id, isOwn ? beside : ({ ...beside, salt: 'of another' } as RowBeside));
        return recorded('payment.authorized', payment_id, { replayed: true });
      },
    };
    expect(await begin({ ...test.parts, owners }, request)).toMatchObject({ isOurs: isOwn, isOfRequest: true });
  });

  it('A7: with a hold of which nobody knows whether it stands is not called, and voided by the sweep', async () => {
    const { parts } = keeping(() => UNKNOWN);
    const request = test.request();
    const payment_id = `pay_${request.fresh_id}`;
    expect(await begin(parts, request)).toMatchObject({ answer: UNKNOWN });
    expect(await row(payment_id)).toMatchObject({ state: 'answered', answer: expect.stringContaining('unavailable') });
    test.owner = willing;
    expect(await finishLeftCalls(test.parts)).toBe(1);
    expect(test.asked.at(-1)).toMatchObject({ type: 'payment.void', payment_id });
    expect(await row(payment_id)).toMatchObject({ state: 'ended' });
    expect(test.provider.requests).toEqual([]);
  });

  it('A7: of another copy, with a hold of which nobody knows whether it stands, is left to that copy', async () => {
    const request = test.request();
    const payment_id = `pay_${request.fresh_id}`;
    await test.calls.begin({
      payment_id,
      org: ORG,
      service: 'once',
      is_sandbox: false,
      salt: 'of another',
      request: '{}',
      ends_in_ms: 60_000,
    });
    test.owner = () => UNKNOWN;
    expect(await begin(test.parts, request)).toMatchObject({ answer: UNKNOWN });
    expect(await row(payment_id)).toMatchObject({ state: 'calling', salt: 'of another' });
  });

  it('A7: that comes after its caller’s time is not called: its caller was told so', async () => {
    const { parts } = keeping(willing);
    const request = { ...test.request(), deadline: Date.now() - 1 };
    expect(await begin(parts, request)).toMatchObject({
      answer: { kind: 'unavailable', code: 'settlement_unavailable' },
    });
    await test.parts.running.idle();
    expect(test.asked.map(({ type }) => type)).toEqual(['payment.authorize', 'payment.void']);
    expect(await row(`pay_${request.fresh_id}`)).toMatchObject({
      state: 'ended',
      answer: expect.stringContaining('unavailable'),
    });
  });

  it('H4: does not where what is asked is too long for a message, and is written when the hold stands', async () => {
    const { parts, said } = keeping(willing);
    const request = test.request();
    expect(await begin(parts, request, LONG)).toMatchObject({ isOurs: true });
    expect(test.asked[0]).not.toHaveProperty('beside.kind');
    expect(said).toEqual(['begin']);
    expect((await row(`pay_${request.fresh_id}`))?.request).toBe(JSON.stringify({ text: LONG }));
  });
});

describe('An answer that travels with the end of its payment', () => {
  const call = async () => {
    const payment_id = newPayment();
    await test.left(payment_id);
    return { org: ORG, service: 'once', payment_id, salt: 's' };
  };

  it.each<[Outcome, string]>([
    [PAID, 'payment.capture'],
    [{ kind: 'failed', code: 'service_busy', retry_after_ms: 5 }, 'payment.void'],
  ])('C4: is kept where the owner says so, and nobody writes it again: %#', async (outcome, type) => {
    const { parts, said } = keeping(willing);
    const ending = await call();
    expect((await endCall(parts, ending, outcome)).kind).toBe('as_said');
    expect(test.asked).toMatchObject([{ type, payment_id: ending.payment_id }]);
    expect(said).toEqual([]);
    expect(await row(ending.payment_id)).toMatchObject({ state: 'ended', answer: outcomeText(outcome) });
    expect(await joinCall(test.parts, test.request(), ending)).toEqual(outcome);
  });

  it('C4: is kept here where nobody says that it was', async () => {
    test.owner = willing;
    const ending = await call();
    expect((await endCall(test.parts, ending, PAID)).kind).toBe('as_said');
    expect(await row(ending.payment_id)).toMatchObject({ state: 'ended', answer: outcomeText(PAID), units: 20_000n });
  });

  it('C1: is kept here while the owner has yet to answer, so that whoever takes the call over knows it', async () => {
    let answerNow = (): void => undefined;
    const answered = new Promise<void>((resolve) => (answerNow = resolve));
    const owners = {
      send: async (_org: string, command: Command | Query) => {
        await answered;
        return willing(command);
      },
    };
    const ending = await call();
    const end = endCall({ ...test.parts, owners }, ending, PAID);
    for (const until = Date.now() + 5_000; (await test.calls.read(ending.payment_id))?.state !== 'answered';)
      if (Date.now() > until) throw new Error('The answer is not kept');
      else await new Promise((resolve) => setTimeout(resolve, 20));
    answerNow();
    expect((await end).kind).toBe('as_said');
    expect(await row(ending.payment_id)).toMatchObject({ state: 'ended', answer: outcomeText(PAID) });
  });

  it('H4: does not where it is too long for a message', async () => {
    const { parts, said } = keeping(willing);
    const ending = await call();
    const outcome: Outcome = { kind: 'paid', body: { answer: LONG }, units: 1n };
    expect((await endCall(parts, ending, outcome)).kind).toBe('as_said');
    expect(test.asked[0]).not.toHaveProperty('beside.kind');
    expect(said).toEqual(['answered', 'end']);
    expect((await row(ending.payment_id))?.answer).toBe(outcomeText(outcome));
  });

  it('C4: is kept although the payment was ended otherwise', async () => {
    test.owner = () => refusedWith('payment_not_capturable');
    const ending = await call();
    expect((await endCall(test.parts, ending, PAID)).kind).toBe('otherwise');
    expect(await row(ending.payment_id)).toMatchObject({ state: 'ended', answer: outcomeText(PAID) });
  });
});
