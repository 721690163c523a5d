import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Instance } from '../support/instance.js';
import type { Random } from './random.js';

export const TARGETS = ['gateway', 'settlement', 'projection', 'postgres', 'nats'] as const;

/** The gateway's process in the standalone start is the books' owner too, and answers settlement's calls: it makes the paid calls that come by HTTP. */
const PROGRAMS: Readonly<Record<string, string>> = { gateway: 'apps/standalone/src/gateway-process.js' };

export type Target = (typeof TARGETS)[number];

export interface Kill {
  target: Target;
  pid: number;
  /** Since the load began. */
  at_ms: number;
}

export interface KillPlan {
  /** How often each target is killed. */
  times: number;
  random: Random;
  /** How many answers callers have had so far. */
  answers: () => number;
}

const ANSWERS_BETWEEN = 30;
const MOST_MS_AFTERWARDS = 600;

/**
 * Kills each target with SIGKILL, in an order and at moments that the random numbers give: mostly when callers have
 * answers again, now and then while it still recovers from the kill before.
 *
 * @throws where callers have no answers within 30 s after a kill
 */
export async function killAtRandom(instance: Instance, { times, random, answers }: KillPlan): Promise<Kill[]> {
  const plan = random.shuffled(Array.from({ length: times }, () => TARGETS).flat());
  const kills: Kill[] = [];
  const last = new Map<Target, number>();
  const begin = performance.now();
  for (const target of plan) {
    if (random.next() < 0.8) await answered(answers);
    await pause(random.between(0, MOST_MS_AFTERWARDS));
    const pid = await eventually(`${target} runs again`, () => {
      const found = pidOf(instance, target);
      return found === last.get(target) ? undefined : found;
    });
    process.kill(pid, 'SIGKILL');
    last.set(target, pid);
    kills.push({ target, pid, at_ms: Math.round(performance.now() - begin) });
  }
  await answered(answers);
  return kills;
}

/** Resolves when callers have some more answers. */
export async function answered(answers: () => number): Promise<void> {
  const before = answers();
  await eventually('callers have answers', () => (answers() >= before + ANSWERS_BETWEEN ? true : undefined));
}

/** Waits until every target runs, as another process than the one that was killed last. */
export async function untilAllRun(instance: Instance, kills: readonly Kill[]): Promise<void> {
  for (const target of TARGETS) {
    const killed = new Set(kills.filter((kill) => kill.target === target).map(({ pid }) => pid));
    await eventually(`${target} runs again`, () => {
      const pid = pidOf(instance, target);
      return pid !== undefined && !killed.has(pid) ? pid : undefined;
    });
  }
}

/** Undefined where it does not run. */
export function pidOf(instance: Instance, target: Target): number | undefined {
  if (target === 'postgres' || target === 'nats') return serverPid(join(instance.dataDirectory, target, 'server.json'));
  const ofSupervisor = readdirSync('/proc').filter(
    (name) => /^\d+$/.test(name) && parentOf(name) === instance.process.pid,
  );
  const program = PROGRAMS[target] ?? `apps/${target}/src/main.js`;
  return ofSupervisor.map(Number).find((pid) => commandOf(pid).includes(program));
}

function serverPid(record: string): number | undefined {
  try {
    const { pid } = JSON.parse(readFileSync(record, 'utf8')) as { pid: number };
    return existsSync(`/proc/${pid}`) ? pid : undefined;
  } catch {
    return undefined;
  }
}

function parentOf(pid: string): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)!.split(' ')[1]);
  } catch {
    return undefined;
  }
}

function commandOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ');
  } catch {
    return '';
  }
}

async function eventually<Value>(what: string, look: () => Value | undefined): Promise<Value> {
  for (let waited_ms = 0; waited_ms < 30_000; waited_ms += 20) {
    const found = look();
    if (found !== undefined) return found;
    await pause(20);
  }
  throw new Error(`${what}: not within 30 s`);
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
