import type { BookEvent } from '#domain';
import type { Told } from './callers.js';
import type { Folded } from './fold.js';

const EVENT_OF: Readonly<Record<Exclude<Told['what'], 'refused'>, BookEvent['type']>> = {
  paid: 'payment.transferred',
  held: 'payment.authorized',
  declined: 'payment.declined',
  captured: 'payment.captured',
  voided: 'payment.voided',
  refunded: 'payment.refunded',
  'topped up': 'session.changed',
};

/** What was told and does not stand in the log exactly once, under its key, at that position and with that amount. */
export function missingInLog(told: readonly Told[], folded: Folded): Told[] {
  return told.filter((one) => one.what !== 'refused' && !stands(one, one.what, folded));
}

function stands(told: Told, what: keyof typeof EVENT_OF, folded: Folded): boolean {
  const bound = folded.keys.get(told.key) ?? [...folded.keys].find(([key]) => key.endsWith(told.key))?.[1];
  if (!bound || bound.times !== 1 || bound.event.type !== EVENT_OF[what]) return false;
  if (told.position !== undefined && told.position !== bound.position) return false;
  if (movedBy(bound.event) !== units(told.amount)) return false;
  return told.payment_id === undefined || ('payment_id' in bound.event && bound.event.payment_id === told.payment_id);
}

function movedBy(event: BookEvent): bigint | undefined {
  if (event.type === 'payment.captured') return BigInt(event.captured);
  if (event.type === 'payment.voided') return BigInt(event.released);
  if (event.type === 'payment.refunded') return BigInt(event.refunded);
  if (event.type === 'session.changed') return BigInt(event.topup?.amount ?? -1);
  return 'amount' in event ? BigInt(event.amount) : undefined;
}

export function units(amount: string): bigint {
  const [whole = '0', fraction = ''] = amount.split('.');
  return BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
}

/** For people: what callers were told, and when nobody had an answer. `begin_ms`: where the clock begins. */
export function summaryOf(told: readonly Told[], folded: Folded, begin_ms: number): string {
  const count = (what: Told['what']) => told.filter((one) => one.what === what).length;
  const counts = ([...Object.keys(EVENT_OF), 'refused'] as Told['what'][]).map((what) => `${count(what)} ${what}`);
  const longest = Math.max(...told.map(({ waited_ms }) => waited_ms));
  return [
    `${folded.events} events; callers were told: ${counts.join(', ')}; the longest wait was ${seconds(longest)}`,
    ...(['http', 'bus'] as const).map((way) => `without any answer over ${way}: ${silences(told, way, begin_ms)}`),
  ].join('\n');
}

/** Stretches above 1 s. */
function silences(told: readonly Told[], way: Told['way'], begin_ms: number): string {
  const times = told.filter((one) => one.way === way).map(({ at_ms }) => at_ms - begin_ms);
  const stretches = times
    .toSorted((one, other) => one - other)
    .flatMap((time, index, all) => {
      const before = all[index - 1] ?? 0;
      return time - before > 1_000 ? [`${seconds(before)} to ${seconds(time)}`] : [];
    });
  return stretches.join(', ') || 'never';
}

export function seconds(milliseconds: number): string {
  return `${(milliseconds / 1000).toFixed(1)} s`;
}
