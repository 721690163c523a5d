import { describe, expect, it } from '@jest/globals';
import { RECEIPT_TYPE, type OwnerAnswer, type SettlementAnswer, type SettlementRequest } from '#contracts';
import type { BookEvent } from '#domain';
import type { LoggedEvent } from '#event-log';
import { createKeyRing, verifyWithJwks, type KeyRing } from '#security';
import { Answered } from '../refused.js';
import { FirstMoment } from './first-moment.js';
import { publishedKeys } from './published-keys.js';
import { readReceipt } from './read-receipt.js';

const HEX = '0190000000007000800000000000000a';
const payment_id = `pay_${HEX}`;
const time = Date.UTC(2026, 0, 1, 12);
const DAY_MS = 86_400_000;
const newer = Buffer.alloc(32, 2);
const older = Buffer.alloc(32, 1);

const event = {
  version: 1,
  org: 'org_0',
  sequence: 7,
  time,
  by: 'key_0',
  type: 'payment.transferred',
  payment_id,
  amount: '50000',
  asset: 'USD',
  payer: { agent_id: 'agt_1', handle: 'planner', wallet_id: 'wal_1' },
  payee: { service: 'search' },
  protocol: 'direct',
  labels: {},
  authorized_at: time,
  windows: [],
  postings: [],
} as unknown as BookEvent;

function logged(position: number, of: object = event): LoggedEvent {
  return { partition: 3, position, payload: Buffer.from(JSON.stringify(of)), hash: Buffer.alloc(32, position) };
}

function request(id: string): SettlementRequest {
  const caller = { org: 'org_0', credential: { subject: 'key_0', proof: 'proof' } };
  return { caller, fresh_id: HEX, deadline: time + 1_000, parameters: { id }, body: '' };
}

/** What is answered where the owner says this and the log holds these. */
async function read(
  answer: OwnerAnswer,
  { keys = createKeyRing({ seeds: [newer] }), log = [logged(9)], id = `rcpt_${HEX}` }: Partial<Reading> = {},
): Promise<{ answer: SettlementAnswer; asked: string[] }> {
  const asked: string[] = [];
  const owners = {
    send: (_org: string, { type }: { type: string }) => {
      asked.push(type);
      return Promise.resolve(answer);
    },
  };
  const loadFacts = () => Promise.resolve({ keys: [], payments: [log] });
  try {
    const nothing = () => Promise.resolve([]);
    const parts = { owners, log: { loadFacts, read: nothing, addressEvents: nothing }, keys, issuer: 'ledger:main' };
    return { answer: await readReceipt(parts, request(id)), asked };
  } catch (thrown) {
    if (!(thrown instanceof Answered)) throw thrown;
    return { answer: thrown.answer, asked };
  }
}

interface Reading {
  keys: KeyRing;
  log: LoggedEvent[];
  id: string;
}

const found: OwnerAnswer = { kind: 'payment', events: [{ event, position: '3:9' }] };

async function receiptBy(keys: KeyRing): Promise<{ jws: string } & Record<string, unknown>> {
  const { answer } = await read(found, { keys });
  if (answer.kind !== 'done') throw new Error(JSON.stringify(answer));
  return JSON.parse(answer.body) as { jws: string };
}

describe('A receipt that is read', () => {
  it('D4: has another signature and the same claims after a seed was rotated, and the one of before still verifies', async () => {
    const before = await receiptBy(createKeyRing({ seeds: [older] }));
    const rotated = createKeyRing({ seeds: [newer, older] });
    const after = await receiptBy(rotated);
    expect(after.jws).not.toBe(before.jws);
    expect({ ...after, jws: '' }).toEqual({ ...before, jws: '' });
    for (const { jws, ...claims } of [before, after])
      expect(verifyWithJwks(jws, RECEIPT_TYPE, rotated.jwks(time, time))).toMatchObject({ ok: true, payload: claims });
    const withoutOlder = createKeyRing({ seeds: [newer] }).jwks(time, time);
    expect(verifyWithJwks(before.jws, RECEIPT_TYPE, withoutOlder)).toMatchObject({ ok: false, reason: 'unknown_key' });
  });

  it('D4: is signed by the key of the time of its last fact, not of the clock', async () => {
    const keys = createKeyRing({ seeds: [newer] });
    const { jws } = await receiptBy(keys);
    const past = keys.jwks(time, time).keys.slice(0, 1);
    expect(verifyWithJwks(jws, RECEIPT_TYPE, { keys: past })).toMatchObject({ ok: true });
  });

  it('D8: names the hash that the event has in the log', async () => {
    expect(await receiptBy(createKeyRing({ seeds: [newer] }))).toMatchObject({
      decided: { position: '3:9', event_hash: '09'.repeat(32) },
    });
  });

  it('is not signed where the log does not hold what the owner tells: fail closed', async () => {
    await expect(read(found, { log: [] })).rejects.toThrow(/nothing of/);
    await expect(read(found, { log: [logged(8)] })).rejects.toThrow(/nothing of/);
  });

  it('F7: is not found where the owner shows no such payment, or the id is none', async () => {
    const scope = { kind: 'payment', id: payment_id } as const;
    const hidden: OwnerAnswer = { kind: 'refused', refusal: { code: 'payment_not_found', scope } };
    expect((await read(hidden)).answer).toMatchObject({ kind: 'problem', code: 'receipt_not_found' });
    for (const id of ['', payment_id, `rcpt_${HEX}0`, `rcpt_${HEX.toUpperCase()}`, 'rcpt_%00']) {
      const { answer, asked } = await read(found, { id });
      expect(answer).toMatchObject({ kind: 'problem', code: 'receipt_not_found' });
      expect(asked).toEqual([]);
    }
  });

  it('F1: is refused as the owner refuses, and is not available while the owner is not', async () => {
    const scope = { kind: 'key', id: 'key_0' } as const;
    const revoked: OwnerAnswer = { kind: 'refused', refusal: { code: 'credential_invalid', scope } };
    expect((await read(revoked)).answer).toEqual(revoked);
    const away: OwnerAnswer = { kind: 'unavailable', code: 'book_unavailable' };
    expect((await read(away)).answer).toEqual(away);
  });
});

describe('The keys that are published', () => {
  const keys = createKeyRing({ seeds: [newer] });
  const periods = async (first: FirstMoment, now: number) => {
    const answer = await publishedKeys({ keys }, first, now);
    if (answer.kind !== 'done') throw new Error(JSON.stringify(answer));
    return (JSON.parse(answer.body) as { keys: unknown[] }).keys;
  };
  const logOf = (firsts: Record<number, number>) => {
    let reads = 0;
    const read = (partition: number) => {
      reads += 1;
      const first = firsts[partition];
      return Promise.resolve(first === undefined ? [] : [logged(1, { ...event, time: first })]);
    };
    return { read, count: () => reads };
  };

  it('are those from the log’s first event, in whatever partition, to the period after this one', async () => {
    const log = logOf({ 5: time, 40: time - 200 * DAY_MS });
    const first = new FirstMoment(log);
    expect(await periods(first, time)).toEqual(keys.jwks(time - 200 * DAY_MS, time).keys);
    const reads = log.count();
    expect(await periods(first, time)).toHaveLength(keys.jwks(time - 200 * DAY_MS, time).keys.length);
    expect(log.count()).toBe(reads);
  });

  it('are those of now and next where nothing is recorded yet, or the clock is behind the log', async () => {
    const empty = logOf({});
    const first = new FirstMoment(empty);
    expect(await periods(first, time)).toEqual(keys.jwks(time, time).keys);
    const asked = empty.count();
    await periods(first, time);
    expect(empty.count()).toBe(2 * asked);
    expect(await periods(new FirstMoment(logOf({ 1: time + DAY_MS })), time)).toEqual(keys.jwks(time, time).keys);
  });
});
