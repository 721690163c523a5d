import { randomBytes } from 'node:crypto';

/** W3C Trace Context: which trace a request belongs to, and the span that sent it. */
export interface Traceparent {
  /** 32 lower-case hexadecimal digits. */
  readonly traceId: string;
  /** 16 lower-case hexadecimal digits. */
  readonly parentId: string;
  readonly sampled: boolean;
}

const pattern = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/** Reads the header `traceparent`; undefined when it is absent or not valid (the caller then starts a trace). */
export function parseTraceparent(header: string | undefined): Traceparent | undefined {
  const match = pattern.exec(header?.trim() ?? '');
  if (!match) return undefined;
  const [, version = '', traceId = '', parentId = '', flags = '', rest] = match;
  // Later versions may add fields at the end, version 00 may not; ff is reserved as invalid.
  if (version === 'ff' || (version === '00' && rest !== undefined)) return undefined;
  if (/^0+$/.test(traceId) || /^0+$/.test(parentId)) return undefined;
  return { traceId, parentId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

export function formatTraceparent(trace: Traceparent): string {
  return `00-${trace.traceId}-${trace.parentId}-${trace.sampled ? '01' : '00'}`;
}

/** The next span of a trace, or the first span of a new trace. */
export function nextTraceparent(parent?: Traceparent): Traceparent {
  return {
    traceId: parent?.traceId ?? randomBytes(16).toString('hex'),
    parentId: randomBytes(8).toString('hex'),
    sampled: parent?.sampled ?? false,
  };
}
