import unit from './jest.config.js';

/** Tests that need more than Node: another user, the packages of a Debian machine. `npm run test:system`. */
export default {
  ...unit,
  testMatch: ['<rootDir>/{apps,libs,test}/**/*.system.spec.ts'],
  testTimeout: 120_000,
};
