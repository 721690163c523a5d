import { describe, expect, it } from '@jest/globals';
import { serviceEnvironment } from './service-environment.js';

describe('the environment of a service', () => {
  it('has the settings it reads, none of another service, and what the supervisor gives', () => {
    const environment = serviceEnvironment(
      'projection',
      { databaseUrl: 'postgres://given', natsUrl: 'nats://given' },
      { PATH: '/bin', BURSAR_ADMIN_KEY: 'the key of the first organization', DATABASE_URL: 'postgres://outer' },
    );
    expect(environment).toEqual({ PATH: '/bin', DATABASE_URL: 'postgres://given', NATS_URL: 'nats://given' });
  });
});
