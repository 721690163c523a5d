/** A signal that is given when the time is over, and what is to be said when nobody waits for it any more. */
export interface TimeLimit {
  readonly signal: AbortSignal;
  readonly end: () => void;
}

/**
 * As `AbortSignal.timeout`, with the same fault. That one cannot be taken back: signal, timer and whatever hangs on them would be kept
 * until the time is over, of each call that was answered in milliseconds.
 */
export function timeLimit(timeout_ms: number): TimeLimit {
  const controller = new AbortController();
  const timer = setTimeout(
    () => controller.abort(new DOMException('The time is over', 'TimeoutError')),
    timeout_ms,
  ).unref();
  return { signal: controller.signal, end: () => clearTimeout(timer) };
}
