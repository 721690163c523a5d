import { describe, expect, it } from '@jest/globals';
import { readConfig } from './read-config.js';

const services = {
  DATABASE_URL: 'postgres://bursar:secret@127.0.0.1:5432/bursar',
  NATS_URL: 'nats://127.0.0.1:4222',
  BURSAR_NATS_SERVICE_PASSWORD: 'password-of-services',
  BURSAR_SECRETS_SEED: Buffer.alloc(32, 8).toString('base64url'),
};
const bytes = Buffer.alloc(32, 7);
const text = bytes.toString('base64url');

describe('the seeds of signing keys', () => {
  it('are read as base64url or hex, in the order in which they stand', () => {
    const older = Buffer.alloc(48, 9);
    const { signingSeed } = readConfig('settlement', {
      ...services,
      BURSAR_SIGNING_SEED: `${text}, ${older.toString('hex')}`,
    });
    expect(signingSeed).toEqual([bytes, older]);
  });

  it('A9: refuse the start of settlement where there is none, and leave it to the embedded start to make one', () => {
    expect(() => readConfig('settlement', services)).toThrow('BURSAR_SIGNING_SEED: is required');
    expect(readConfig('standalone', {}).signingSeed).toBeUndefined();
  });

  it.each([
    ['too short', Buffer.alloc(31, 7).toString('base64url')],
    ['too short in hex', Buffer.alloc(31, 7).toString('hex')],
    ['no base64url', `${text.slice(0, -1)}+`],
    ['another spelling of the same bytes', `${text.slice(0, -1)}d`],
    ['empty beside a good one', `${text},`],
    ['twice the same', `${text},${bytes.toString('hex')}`],
  ])('A9: refuse the start where one is %s, and do not show it', (_what, given) => {
    const start = () => readConfig('settlement', { ...services, BURSAR_SIGNING_SEED: given });
    expect(start).toThrow(/BURSAR_SIGNING_SEED: must be seeds of at least 32 bytes/);
    expect(start).not.toThrow(given);
  });

  it.each(['', 'Main', 'a b', '-a', 'a'.repeat(33), 'a:b'])('A9: beside a deployment that is called %j', (name) => {
    const read = () =>
      readConfig('settlement', { ...services, BURSAR_SIGNING_SEED: text, BURSAR_DEPLOYMENT: name }).deployment;
    if (name === '') expect(read()).toBe('main');
    else expect(read).toThrow(/BURSAR_DEPLOYMENT/);
  });
});
