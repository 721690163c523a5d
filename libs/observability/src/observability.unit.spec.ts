import { describe, expect, it } from '@jest/globals';
import {
  createLogger,
  formatTraceparent,
  Health,
  Metrics,
  NestLogger,
  nextTraceparent,
  parseTraceparent,
} from './index.js';

describe('logs', () => {
  function logged(write: (logger: NestLogger) => void): Record<string, unknown> {
    const lines: string[] = [];
    const destination = { write: (line: string) => void lines.push(line) };
    write(new NestLogger(createLogger({ service: 'gateway', level: 'info', destination })));
    return JSON.parse(lines[0] ?? '{}') as Record<string, unknown>;
  }

  it('carry the service, and what Nest passes: context, stack and fields', () => {
    expect(logged((logger) => logger.error('failed', 'stack line', 'OwnerService'))).toMatchObject({
      service: 'gateway',
      level: 'error',
      msg: 'failed',
      context: 'OwnerService',
      stack: 'stack line',
    });
    expect(logged((logger) => logger.log('taken', { partition: 7 }, 'Lease'))).toMatchObject({ partition: 7 });
  });

  it('never contain a token', () => {
    expect(
      logged((logger) => logger.log('request', { headers: { authorization: 'Bearer secret' }, token: 'x' })),
    ).toEqual(expect.objectContaining({ headers: { authorization: '[redacted]' }, token: '[redacted]' }));
  });
});

describe('metrics', () => {
  it('are created once, however often they are asked for', async () => {
    const metrics = new Metrics();
    metrics.counter('payments_total', 'Payments.', ['status']).inc({ status: 'captured' });
    metrics.counter('payments_total', 'Payments.', ['status']).inc({ status: 'captured' });
    metrics.histogram('append_seconds', 'Append.', [0.001, 0.01]).observe(0.002);
    metrics.gauge('lag_events', 'Lag.').set(3);
    const { body } = await metrics.page();
    expect(body).toContain('payments_total{status="captured"} 2');
    expect(body).toContain('append_seconds_bucket{le="0.01"} 1');
    expect(() => metrics.gauge('payments_total', 'Payments.')).toThrow(/another kind/);
  });
});

describe('health', () => {
  it('is unavailable while a dependency does not answer, and stays live', async () => {
    const health = new Health(20);
    health.register('log', () => undefined);
    expect((await health.ready()).status).toBe('ok');
    health.register('bus', () => new Promise<void>(() => undefined));
    health.register('database', () => Promise.reject(new Error('connection refused')));
    expect(await health.ready()).toEqual({
      status: 'unavailable',
      checks: { log: 'ok', bus: 'no answer within 20 ms', database: 'connection refused' },
    });
    expect(health.live().status).toBe('ok');
  });
});

describe('traceparent', () => {
  const header = '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01';

  it('is read and written unchanged', () => {
    const trace = parseTraceparent(header);
    expect(trace).toBeDefined();
    expect(trace && formatTraceparent(trace)).toBe(header);
    expect(trace && nextTraceparent(trace).traceId).toBe('4bf92f3577b34da6a3ce929d0e0e4736');
  });

  it('is absent when it is not valid', () => {
    const zeroTrace = `00-${'0'.repeat(32)}-00f067aa0ba902b7-01`;
    for (const bad of [
      undefined,
      '',
      'x',
      zeroTrace,
      `ff${header.slice(2)}`,
      `${header}-extra`,
      header.toUpperCase(),
    ]) {
      expect(parseTraceparent(bad)).toBeUndefined();
    }
    expect(parseTraceparent(`01${header.slice(2)}-extra`)).toBeDefined();
  });
});
