import { describe, expect, it } from '@jest/globals';
import { readConfig } from './read-config.js';
import { settings } from './settings.js';

const services = {
  DATABASE_URL: 'postgres://bursar:secret@127.0.0.1:5432/bursar',
  NATS_URL: 'nats://127.0.0.1:4222',
  BURSAR_NATS_SERVICE_PASSWORD: 'password-of-services',
};

describe('the settings of an app', () => {
  it('have the documented defaults', () => {
    expect(readConfig('standalone', {})).toMatchObject({
      host: '127.0.0.1',
      port: 8402,
      dataDirectory: '.bursar',
      initialCredits: '1000',
      leaseMilliseconds: 3000,
      holdSeconds: 900,
      dispatchTimeoutSeconds: 60,
      agentRatePerSecond: 500,
      agentBurst: 1000,
      firstUse: true,
      firstUsePerPayment: '0.50',
      firstUsePerDay: '25.00',
      firstUseAgents: 100,
      firstUseGroupPerDay: '100.00',
    });
    expect(readConfig('standalone', {}).databaseUrl).toBeUndefined();
  });

  it('A9: refuse to start on a value that cannot be parsed, and name the setting', () => {
    for (const value of ['80a', '1e3', '0x50', '-1', '65536', '8402.0', 'NaN', '∞']) {
      expect(() => readConfig('gateway', { ...services, BURSAR_PORT: value })).toThrow(/BURSAR_PORT/);
    }
    for (const value of ['NaN', '1e3', '-5', '1,000', '0.1234567', '.5', 'unlimited', 'Infinity']) {
      expect(() => readConfig('authorization', { ...services, BURSAR_FIRST_USE_PER_DAY: value })).toThrow(
        /BURSAR_FIRST_USE_PER_DAY/,
      );
    }
  });

  it('A10: refuse a misspelt setting, which would otherwise silently mean its default', () => {
    expect(() => readConfig('standalone', { BURSAR_FIRST_USE_PER_DAYS: '1.00' })).toThrow(
      'BURSAR_FIRST_USE_PER_DAYS: there is no such setting',
    );
  });

  it('name everything that is missing at once', () => {
    expect(() => readConfig('authorization', {})).toThrow(/DATABASE_URL[^]*NATS_URL[^]*BURSAR_NATS_SERVICE_PASSWORD/);
  });

  it('keep a zero cap a zero, not an absent one', () => {
    expect(readConfig('standalone', { BURSAR_FIRST_USE_PER_DAY: '0' }).firstUsePerDay).toBe('0');
  });

  it('never show a secret in the refusal', () => {
    const secret = 'not a url with a password';
    expect(() => readConfig('gateway', { ...services, DATABASE_URL: secret })).toThrow(/DATABASE_URL/);
    expect(() => readConfig('gateway', { ...services, DATABASE_URL: secret })).not.toThrow(secret);
  });

  it('count an empty variable as absent', () => {
    expect(readConfig('standalone', { BURSAR_PORT: '' }).port).toBe(8402);
  });

  it('have one name each', () => {
    const names = Object.values(settings).map((setting) => setting.name);
    expect(new Set(names).size).toBe(names.length);
  });
});
