import unit from './jest.config.js';

/** Tests against the published x402 packages, which `npm run test:interop` installs. */
export default {
  ...unit,
  testMatch: ['<rootDir>/test/interop/*.interop.spec.ts'],
  testTimeout: 60_000,
};
