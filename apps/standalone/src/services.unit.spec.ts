import { describe, expect, it } from '@jest/globals';
import { bursarServices, sandboxService } from './services.js';

describe('The services of a start', () => {
  it('starts the sandbox again on the port that it had', () => {
    const sandbox = sandboxService('/srv/.bursar');
    expect(sandbox.environment).not.toHaveProperty('BURSAR_SANDBOX_PORT');
    const again = sandbox.again?.({ type: 'ready', url: 'http://127.0.0.1:40123' });
    expect(again).toMatchObject({ BURSAR_SANDBOX_PORT: '40123' });
  });

  it('lets those that somebody waits for go before the views of the past', () => {
    const behind = bursarServices({}, '/srv/.bursar').filter(({ priority }) => priority === 'background');
    expect(behind.map(({ name }) => name)).toEqual(['projection']);
  });

  it('tells settlement where the sandbox is, also in the process of the gateway', () => {
    const services = bursarServices({ sandboxUrl: 'http://127.0.0.1:40123' }, '/srv/.bursar');
    const told = services.filter(({ environment }) => 'BURSAR_SANDBOX_URL' in environment).map(({ name }) => name);
    expect(told).toEqual(['gateway', 'settlement']);
  });
});
