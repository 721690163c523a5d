/** Jest in ESM: see docs/contributing.md for why each flag is needed. */
export default {
  testEnvironment: '<rootDir>/libs/testing/environment.mjs',
  testEnvironmentOptions: { customExportConditions: ['bursar-source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  testMatch: ['<rootDir>/{apps,libs,test}/**/*.{unit,int,e2e}.spec.ts'],
  moduleNameMapper: { '^(\\.{1,2}/.*)\\.js$': '$1' },
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          keepClassNames: true,
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'es6' },
      },
    ],
  },
  globalSetup: '<rootDir>/libs/testing/global-setup.mjs',
  globalTeardown: '<rootDir>/libs/testing/global-teardown.mjs',
  testTimeout: 60_000,
  // Node keeps what a test file has loaded for as long as its process lives: a worker that has grown so far is replaced by a new one.
  workerIdleMemoryLimit: '1500MB',
};
