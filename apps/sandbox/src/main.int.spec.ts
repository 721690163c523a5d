import { findFreePort } from '#embedded';
import { startServiceProcess } from '#testing';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { serviceNames } from '../test-support/good-calls.js';
import { SandboxUnderTest } from '../test-support/sandbox-under-test.js';

describe('The sandbox as a process', () => {
  it('listens where its settings say, waits as long, and logs no credential', async () => {
    const port = await findFreePort();
    const environment = {
      BURSAR_SANDBOX_PORT: String(port),
      BURSAR_SANDBOX_LATENCY_MS: '200',
      BURSAR_LOG_LEVEL: 'trace',
    };
    const service = await startServiceProcess({ file: 'apps/sandbox/src/main.ts', environment });
    const begin = performance.now();
    const answer = await fetch(`http://127.0.0.1:${port}/newsapi.org/v2/everything?q=x&apiKey=very-secret`);
    expect(answer.status).toBe(200);
    expect(performance.now() - begin).toBeGreaterThanOrEqual(195);
    await service.stop();
    expect(service.output()).toContain(`http://127.0.0.1:${port}`);
    expect(service.output()).not.toContain('very-secret');
    expect(await service.exited).toEqual({ code: 0, signal: null });
  });
});

describe('An answer of the sandbox', () => {
  let sandbox: SandboxUnderTest;
  beforeAll(async () => void (sandbox = await SandboxUnderTest.start()));
  afterAll(() => sandbox.stop());

  it('keeps the connection open for longer than callers keep one that they do not use', async () => {
    const { headers } = await sandbox.call('tavily');
    expect(headers.get('keep-alive')).toBe('timeout=75');
  });

  it.each(serviceNames)('of %s takes less than 20 ms, so that a call with it ends in time', async (service) => {
    await sandbox.call(service);
    const times: number[] = [];
    for (let call = 0; call < 21; call += 1) {
      const begin = performance.now();
      await sandbox.ask(service, `speed ${call}`);
      times.push(performance.now() - begin);
    }
    // The middle one: on a machine that does other things too, a single one may stall.
    expect(times.toSorted((a, b) => a - b)[10]).toBeLessThan(20);
  });
});
