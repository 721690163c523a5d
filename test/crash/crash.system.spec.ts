import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inheritedEnvironment } from '#config';
import { partitionOf } from '#contracts';
import { findFreePort } from '#embedded';
import { PostgresLogStore, verifyLog } from '#event-log';
import { compareViewsWithLog } from '#read-models';
import { FIRST_ORGANIZATION } from '#security';
import { startInstance, type Instance } from '../support/instance.js';
import { Callers, LONGEST_HOLD_SECONDS, setScene } from './callers.js';
import { foldPartition, type Folded, type PaymentFigures } from './fold.js';
import { endLeftCalls } from './left-calls.js';
import { PaidCallers, setBuyers, type PaidTold } from './paid-callers.js';
import {
  answersWithoutCapture,
  calledAgain,
  capturedAboveHold,
  doneBySandbox,
  openPayments,
  otherAnswers,
  paidPayments,
  paidSummary,
  spentAfterNo,
  unfitting,
  type PaidPayments,
} from './paid-verdict.js';
import { answered, killAtRandom, pause, TARGETS, untilAllRun, type Kill } from './kills.js';
import { Random } from './random.js';
import { missingInLog, seconds, summaryOf } from './verdict.js';
import { WatchedSandbox, type SandboxCall } from './watched-sandbox.js';

/**
 * A whole Bursar under load, whose processes are killed one after the other by SIGKILL, at last the one that watches over
 * them, which is also stopped in order once. `BURSAR_CRASH_SEED` repeats a run (the plan of it: what the machine does between is its own), and
 * `BURSAR_CRASH_KILLS` says how often each process is killed (3 where it is absent).
 */
const environment = inheritedEnvironment();
const seed = Number(environment['BURSAR_CRASH_SEED'] ?? Date.now() % 1_000_000);
const kills_each = Number(environment['BURSAR_CRASH_KILLS'] ?? 3);
const CALLERS = 16;
const PAID_CALLERS = 10;
/** So long after its moment a timer of the book has surely been heard. */
const TIMER_MS = 5_000;
/** Of load before the first kill. */
const LEAD_MS = 500;

let instance: Instance;
let kills: Kill[];
let callers: Callers;
let sandbox: WatchedSandbox;
let paid: PaidCallers;
/** What every key of a paid call was answered when all was over. */
let again: Map<string, PaidTold>;
/** Before anything was asked again, and afterwards. */
let calls: { before: SandboxCall[]; after: SandboxCall[] };
let payments: PaidPayments;
let root: string;
const back_after_ms: number[] = [];
let stopped_with: number | null;
let folded: Folded;
let log: PostgresLogStore;

beforeAll(
  async () => {
    sandbox = await WatchedSandbox.start();
    const settings = {
      BURSAR_PORT: String(await findFreePort()),
      BURSAR_NATS_PORT: String(await findFreePort()),
      // Each kill of the owner is followed by so much of standing still.
      BURSAR_LEASE_MS: '1000',
      BURSAR_INITIAL_CREDITS: '60',
      BURSAR_SANDBOX_URL: sandbox.url,
    };
    instance = await startInstance({ settings });
    const scene = await setScene(instance);
    root = scene.root;
    callers = new Callers(instance, scene, seed);
    paid = new PaidCallers(instance, scene, await setBuyers(instance), seed);
    await callers.begin(CALLERS);
    paid.begin(PAID_CALLERS);
    await pause(LEAD_MS);
    const answers = () => callers.told.length;
    kills = await killAtRandom(instance, { times: kills_each, random: new Random(seed), answers });
    await untilAllRun(instance, kills);
    await pause(500);
    for (const end of ['in order', 'SIGKILL'] as const) {
      const begin = performance.now();
      if (end === 'in order') await instance.stop();
      else instance.process.kill('SIGKILL');
      if (end === 'in order') stopped_with = instance.process.exitCode;
      instance = await startInstance({ dataDirectory: instance.dataDirectory, settings });
      back_after_ms.push(performance.now() - begin);
      await answered(answers);
    }
    await Promise.all([callers.end(), paid.end()]);
    await pause(LONGEST_HOLD_SECONDS * 1000 + 1_500);
    await endLeftCalls(instance.databaseUrl);
    const before = await sandbox.calls();
    again = await paid.askAgain();
    calls = { before, after: await sandbox.calls() };
    log = await PostgresLogStore.open({ url: instance.databaseUrl, role: 'bursar_reader' });
    folded = await foldPartition(log, partitionOf(FIRST_ORGANIZATION));
    const order = kills.map(({ target, at_ms }) => `${target} at ${seconds(at_ms)}`).join(', ');
    const back = `again ${seconds(back_after_ms[0]!)} after a stop in order, ${seconds(back_after_ms[1]!)} after the supervisor's own end`;
    payments = paidPayments(folded);
    const summaries = [summaryOf(callers.told, folded, LEAD_MS), paidSummary(paid.told, payments, calls.after.length)];
    process.stdout.write(`seed ${seed}: ${order}; ${back}\n${summaries.join('\n')}\n`);
  },
  240_000 + kills_each * 60_000,
);

afterAll(async () => {
  await callers?.abandon();
  paid?.abandon();
  await log?.close();
  await instance?.stop();
  instance?.remove();
  await sandbox?.stop();
});

describe('Processes killed by SIGKILL under load from HTTP and bus', () => {
  it('every process was killed as often as planned, and came back each time', () => {
    for (const target of TARGETS) expect(kills.filter((kill) => kill.target === target)).toHaveLength(kills_each);
    expect(new Set(kills.map(({ pid }) => pid)).size).toBe(kills.length);
  });

  it('in between it was stopped in order under load, with exit code 0', () => {
    expect(stopped_with).toBe(0);
  });

  it('B3: every caller had an answer in the end', () => {
    expect(callers.unanswered).toEqual([]);
    for (const what of ['paid', 'held', 'declined', 'captured', 'voided', 'topped up'] as const)
      expect(callers.told.filter((told) => told.what === what).length).toBeGreaterThan(10);
  });

  it('C1: what a caller was told stands in the log exactly once, under its key, at that position', () => {
    expect(missingInLog(callers.told, folded)).toEqual([]);
  });

  it('C1: no key was bound twice, and no payment made twice', () => {
    expect([...folded.keys].filter(([, { times }]) => times > 1)).toEqual([]);
    const keys = callers.told.map(({ key }) => key);
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('A1 A8 D1 B4: at no position of the log was a cap passed, an account overdrawn, or more taken than was held', () => {
    expect(folded.faults).toEqual([]);
    expect(folded.events).toBeGreaterThan(500);
  });

  it('B1: no hold is left over but of calls of which nobody knows what came of them', () => {
    const held = [...folded.payments].filter(([, figures]) => figures.held !== 0n);
    expect(held.filter(([, { unknown_at }]) => unknown_at === undefined)).toEqual([]);
    expect(folded.held).toBe(held.reduce((sum, [, figures]) => sum + figures.held, 0n));
  });

  it('C6: each raise of the budget counted once', () => {
    const raises = [...folded.keys.keys()].filter((key) => key.includes('raise-'));
    expect(folded.budgets.get(root)).toBe(1_000_000n + 50_000n * BigInt(raises.length));
    const told = callers.told.filter(({ what }) => what === 'topped up').length;
    expect(raises.length).toBeGreaterThanOrEqual(told);
  });

  it('D8: the log is whole', async () => {
    const { faults, events } = await verifyLog(log, { deep: true });
    expect(faults).toEqual([]);
    expect(events).toBeGreaterThanOrEqual(folded.events);
  }, 60_000);

  it('D3 C8: the views are what the log says, to the unit', async () => {
    const { mismatches, positions_behind, quarantined } = await compareViewsWithLog(instance.databaseUrl, {
      wait_ms: 30_000,
    });
    expect({ mismatches, positions_behind, quarantined }).toEqual({
      mismatches: [],
      positions_behind: 0,
      quarantined: 0,
    });
  }, 60_000);
});

describe('Paid calls while the processes that make them are killed', () => {
  it('B3: every caller had an answer in the end, and each kind of it was given', () => {
    expect(paid.unanswered).toEqual([]);
    for (const what of ['answered', 'nothing spent', 'free', 'unknown'] as const)
      expect(paid.told.filter((told) => told.what === what).length).toBeGreaterThan(what === 'answered' ? 10 : 0);
  });

  it('C1 C4: who has an answer with a receipt has one capture in the log, of exactly that amount', () => {
    expect(answersWithoutCapture([...paid.told, ...again.values()], payments)).toEqual([]);
  });

  it('C3: nothing was done twice for one key, and only what was done was paid', () => {
    const done = doneBySandbox(calls.after);
    expect([...done].filter(([, times]) => times > 1)).toEqual([]);
    expect(unfitting(payments, done)).toEqual([]);
  });

  it('B4: no capture was above its hold', () => {
    expect(capturedAboveHold(payments)).toEqual([]);
  });

  it('B3: whoever was told that nothing was spent has spent nothing, and nothing of it is held', () => {
    expect(spentAfterNo([...paid.told, ...again.values()], payments)).toEqual([]);
  });

  it('C1: the same key has the same answer to the byte after all of it, and nothing is called for it', () => {
    expect(otherAnswers(paid.told, again)).toEqual([]);
    expect(calledAgain(paid.told, again, calls.after.slice(calls.before.length))).toEqual([]);
  });

  it('C3: what stays open are the calls of which nobody knows, and their keys say so', () => {
    const open = openPayments(payments);
    const unknown = [...again].filter(([, { what }]) => what === 'unknown');
    expect(new Map(unknown.map(([key, { json }]) => [key, json['payment_id']]))).toEqual(open);
    const isDue = ({ held, unknown_at }: PaymentFigures) => held > 0n && unknown_at! + TIMER_MS < folded.time;
    expect([...folded.payments.values()].filter((each) => isDue(each) && !each.is_unknown)).toEqual([]);
    // Of those of a service that knows keys, only what never reached it: nobody knows what was to be asked.
    const byKey = new Map(paid.told.map(({ request }) => [request.key, request]));
    const done = doneBySandbox(calls.after);
    const keyed = [...open.keys()].filter((key) => byKey.get(key)!.service === 'resend');
    expect(keyed.filter((key) => done.has(key))).toEqual([]);
    const killed = [...open.keys()].filter((key) => !byKey.get(key)!.hangs_up);
    expect(killed.length).toBeGreaterThan(0);
  });
});
