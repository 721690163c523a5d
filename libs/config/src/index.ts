export type { AppName } from './apps.js';
export { ConfigError } from './config-error.js';
export { type Config, type Environment, readConfig } from './read-config.js';
export { inheritedEnvironment, serviceEnvironment, testServersAddress } from './service-environment.js';
export type { SettingKey } from './settings.js';
export { settingsPage } from './settings-table.js';
