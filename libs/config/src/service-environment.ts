import { appSettings, type AppName } from './apps.js';
import type { Environment } from './read-config.js';
import { settings, type SettingKey } from './settings.js';

/**
 * The environment for a service that this process starts: everything of its own environment that is no setting,
 * the settings that the service reads, and `given` over both. A setting of another service does not travel.
 */
export function serviceEnvironment(
  service: AppName,
  given: Partial<Record<SettingKey, string>>,
  environment: Environment = process.env,
): Record<string, string> {
  const { required, optional }: { required: readonly SettingKey[]; optional: readonly SettingKey[] } =
    appSettings[service];
  const read = new Set<SettingKey>([...required, ...optional]);
  const result: Record<string, string> = {};
  const namesOfSettings = new Set<string>(Object.values(settings).map((setting) => setting.name));
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && !namesOfSettings.has(name)) result[name] = value;
  }
  for (const key of read) {
    const value = given[key] ?? environment[settings[key].name];
    if (value !== undefined) result[settings[key].name] = value;
  }
  return result;
}

/** The plain environment of this process, for programs that are not Bursar's own (PostgreSQL, nats-server, npm). */
export function inheritedEnvironment(): Record<string, string> {
  const result: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) if (value !== undefined) result[name] = value;
  return result;
}

/** Where the test run offers its real servers, or undefined outside of one. */
export function testServersAddress(): string | undefined {
  return process.env['BURSAR_TEST_SERVERS'];
}
