import type { Folded, PaymentFigures } from './fold.js';
import type { PaidTold, Said } from './paid-callers.js';
import { CALL_LABEL, keyInBody } from './paid-request.js';
import { units } from './verdict.js';
import type { SandboxCall } from './watched-sandbox.js';

/** The payments of each paid call's key, by their id: an attempt that came to nothing may be followed by another. */
export type PaidPayments = Map<string, Map<string, PaymentFigures>>;

export function paidPayments({ payments }: Folded): PaidPayments {
  const found: PaidPayments = new Map();
  for (const [payment_id, figures] of payments) {
    const key = figures.labels[CALL_LABEL];
    if (key === undefined) continue;
    if (!found.has(key)) found.set(key, new Map());
    found.get(key)!.set(payment_id, figures);
  }
  return found;
}

/** Answers with a receipt that the log does not bear out: one capture, of exactly that amount, and no other under the key. */
export function answersWithoutCapture(told: readonly PaidTold[], payments: PaidPayments): string[] {
  return told.flatMap(({ what, json, request: { key } }) => {
    if (what !== 'answered') return [];
    const captured = [...(payments.get(key) ?? [])].filter(([, { captures }]) => captures > 0);
    const [payment_id, figures] = captured[0] ?? [];
    const receipt = json['receipt'] as { payment_id: string; amount_captured: string };
    const isSo =
      captured.length === 1 &&
      figures!.captures === 1 &&
      figures!.captured === units(receipt.amount_captured) &&
      payment_id === receipt.payment_id;
    return isSo ? [] : [`${key} was told ${receipt.amount_captured} of ${receipt.payment_id}: ${shown(captured)}`];
  });
}

/** Keys under which something was spent, or is held, though their caller was told that nothing was. */
export function spentAfterNo(told: readonly PaidTold[], payments: PaidPayments): string[] {
  return told.flatMap(({ what, code, request: { key } }) => {
    if (what !== 'nothing spent' && what !== 'free') return [];
    const spent = [...(payments.get(key) ?? [])].filter(([, { captured, held }]) => captured > 0n || held > 0n);
    return spent.length > 0 ? [`${key} was told ${code}: ${shown(spent)}`] : [];
  });
}

export function capturedAboveHold(payments: PaidPayments): string[] {
  return [...payments.values()].flatMap((ofKey) =>
    [...ofKey].filter(([, { captured, amount }]) => captured > amount).map(([payment_id]) => payment_id),
  );
}

/** How often the sandbox did what was asked under each key: what it refused, or told again by its own key, it did not do. */
export function doneBySandbox(calls: readonly SandboxCall[]): Map<string, number> {
  const done = new Map<string, number>();
  for (const { body, status, repeated } of calls) {
    const key = keyInBody(body);
    if (key === undefined || repeated || (status !== null && status >= 400)) continue;
    done.set(key, (done.get(key) ?? 0) + 1);
  }
  return done;
}

/** Keys whose payments do not fit what was done for them: paid for nothing, or done and neither paid nor open. */
export function unfitting(payments: PaidPayments, done: ReadonlyMap<string, number>): string[] {
  return [...new Set([...payments.keys(), ...done.keys()])].flatMap((key) => {
    const figures = [...(payments.get(key)?.values() ?? [])];
    const isPaid = figures.some(({ captures }) => captures > 0);
    const isOpen = figures.some(({ held }) => held > 0n);
    const isDone = done.has(key);
    return (isPaid && !isDone) || (isDone && !isPaid && !isOpen) ? [key] : [];
  });
}

/** Of each key whose payment is open at the end, the payment. */
export function openPayments(payments: PaidPayments): Map<string, string> {
  const open = new Map<string, string>();
  for (const [key, ofKey] of payments)
    for (const [payment_id, { held }] of ofKey) if (held > 0n) open.set(key, payment_id);
  return open;
}

/** What a key was answered in the end that differs from what its caller was told; what was unknown may be known by now. */
export function otherAnswers(told: readonly PaidTold[], again: ReadonlyMap<string, Said>): string[] {
  return told.flatMap(({ what, text, request: { key } }) => {
    if (what === 'free') return [];
    const now = again.get(key);
    const isSame = what === 'unknown' ? now !== undefined : now?.text === text;
    return isSame ? [] : [`${key} was told ${text}\nand then ${now?.text}`];
  });
}

/**
 * Keys for which the service was asked, though what came of them was known, or is not known still. Where it turned out that the
 * service had been busy, the same key makes the call.
 */
export function calledAgain(
  told: readonly PaidTold[],
  again: ReadonlyMap<string, Said>,
  calls: readonly SandboxCall[],
): string[] {
  const called = new Set(calls.flatMap(({ body }) => keyInBody(body) ?? []));
  return told.flatMap(({ what, request: { key } }) => {
    const mayBe = what === 'unknown' && again.get(key)?.what !== 'unknown';
    return called.has(key) && !mayBe ? [key] : [];
  });
}

export function paidSummary(told: readonly PaidTold[], payments: PaidPayments, calls: number): string {
  const counts = new Map<string, number>();
  for (const { what, code, json } of told) {
    const said = what === 'answered' ? (json['answer_expired'] === true ? 'answered without its text' : what) : code;
    counts.set(said, (counts.get(said) ?? 0) + 1);
  }
  const said = [...counts].map(([what, count]) => `${count} ${what}`).join(', ');
  return `paid calls were told: ${said}; the sandbox was called ${calls} times; ${openPayments(payments).size} stay open`;
}

function shown(payments: readonly (readonly [string, PaymentFigures])[]): string {
  const each = payments.map(([id, { captures, captured, held }]) => `${id} ${captures}× ${captured}, held ${held}`);
  return each.join('; ') || 'no capture';
}
