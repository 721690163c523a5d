import { readdirSync, readFileSync } from 'node:fs';

/** Processor time of the processes of an instance, by what they are, in milliseconds. */
export type ProcessorTimes = Readonly<Record<string, number>>;

const TICK_MS = 10;

/** Reads what every process below `root` has used so far, and this one as `load generator`. Linux only; else empty. */
export function processorTimes(root: number | undefined): ProcessorTimes {
  const times: Record<string, number> = {};
  try {
    const processes = readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .map(Number);
    const parents = new Map(processes.map((pid) => [pid, parentOf(pid)]));
    for (const pid of processes) {
      if (pid !== process.pid && !isBelow(pid, root, parents)) continue;
      const name = pid === process.pid ? 'load generator' : nameOf(pid);
      times[name] = (times[name] ?? 0) + usedBy(pid);
    }
  } catch {
    return {};
  }
  return times;
}

/** What each process used between two readings, as shares of one core over the time that passed. */
export function shares(before: ProcessorTimes, after: ProcessorTimes, elapsed_ms: number): Record<string, number> {
  const result: Record<string, number> = {};
  for (const [name, used] of Object.entries(after)) {
    const share = (used - (before[name] ?? 0)) / elapsed_ms;
    if (share >= 0.01) result[name] = Math.round(share * 100) / 100;
  }
  return result;
}

export function busiest(of: Readonly<Record<string, number>>): string {
  const [name, share] = Object.entries(of).sort((one, other) => other[1] - one[1])[0] ?? ['unknown', 0];
  return `${name} ${Math.round(share * 100)} %`;
}

/** Resident memory of the process of this name below `root`, in MiB. */
export function residentMemory(root: number | undefined, name: string): number {
  const processes = readdirSync('/proc')
    .filter((one) => /^\d+$/.test(one))
    .map(Number);
  const parents = new Map(processes.map((pid) => [pid, parentOf(pid)]));
  const pid = processes.find((one) => isBelow(one, root, parents) && nameOf(one) === name);
  const status = pid === undefined ? '' : readFileSync(`/proc/${pid}/status`, 'utf8');
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}

function isBelow(pid: number, root: number | undefined, parents: ReadonlyMap<number, number>): boolean {
  for (let at: number | undefined = pid; at !== undefined && at > 1; at = parents.get(at)) if (at === root) return true;
  return false;
}

function nameOf(pid: number): string {
  const command = read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
  const app = /apps\/([a-z]+)\/src\/([a-z-]+)/.exec(command);
  if (app) return app[2] === 'main' ? app[1]! : app[2]!.replace('gateway-process', 'gateway');
  const bare = /bench\/bare\/([a-z]+)-process/.exec(command);
  if (bare) return `bare ${bare[1]!}`;
  if (/nats-server/.test(command)) return 'nats-server';
  if (/^postgres|bin\/postgres/.test(command)) return 'postgres';
  return 'other';
}

function fields(pid: number): string[] {
  return read(`/proc/${pid}/stat`).split(') ').at(-1)!.split(' ');
}

function parentOf(pid: number): number {
  return Number(fields(pid)[1] ?? 0);
}

function usedBy(pid: number): number {
  const all = fields(pid);
  return (Number(all[11] ?? 0) + Number(all[12] ?? 0)) * TICK_MS;
}

/** Processes come and go while they are read. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
