export {
  type PrivatePostgresOptions,
  type PrivateServer,
  startPrivateNats,
  startPrivatePostgres,
} from './private-server.js';
export { type ServiceProcess, startServiceProcess } from './service-process.js';
export { createTestDatabase, type TestDatabase, type TestDatabaseOptions } from './test-database.js';
export { testNatsUrl, testPostgresUrl } from './test-servers.js';
export * from './domain/index.js';
export { Provider, type ProviderReply, type ProviderRequest } from './provider.js';
