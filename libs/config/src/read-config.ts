import { z } from 'zod';
import { appSettings, type AppName } from './apps.js';
import { ConfigError } from './config-error.js';
import type { Setting } from './setting.js';
import { settings, type SettingKey } from './settings.js';

export type Environment = Readonly<Record<string, string | undefined>>;

type Settings = typeof settings;
type RequiredKey<App extends AppName> = (typeof appSettings)[App]['required'][number];
type Key<App extends AppName> = RequiredKey<App> | (typeof appSettings)[App]['optional'][number];
type KeyWithDefault = { [K in SettingKey]: Settings[K] extends { default: string } ? K : never }[SettingKey];
type Parsed<K extends SettingKey> = z.output<Settings[K]['schema']>;

/** The settings of one app, parsed: `Config<'gateway'>['port']` is a number. */
export type Config<App extends AppName> = {
  readonly [K in Key<App>]: K extends KeyWithDefault | RequiredKey<App> ? Parsed<K> : Parsed<K> | undefined;
};

const namesOfEverySetting = new Set<string>(Object.values(settings).map((setting) => setting.name));
/** Set by the tests for their own processes; no setting of a running Bursar. */
const testPrefix = 'BURSAR_TEST_';

/**
 * Reads the settings of an app from the environment. An empty variable counts as absent.
 *
 * @throws ConfigError naming every setting that is missing, cannot be parsed, or does not exist (a misspelt
 *   limit must not silently mean its default).
 */
export function readConfig<App extends AppName>(app: App, environment: Environment = process.env): Config<App> {
  const { required, optional }: { required: readonly SettingKey[]; optional: readonly SettingKey[] } = appSettings[app];
  const schema = z.object({
    ...shapeOf(required, (setting) => setting.schema),
    ...shapeOf(optional, (setting) => (setting.default === undefined ? setting.schema.optional() : setting.schema)),
  });
  const texts: Record<string, string | undefined> = {};
  for (const key of [...required, ...optional]) texts[key] = textOf(settings[key], environment);

  const result = schema.safeParse(texts);
  const problems = [
    ...unknownSettings(environment),
    ...(result.error?.issues ?? []).map((issue) => describeIssue(issue, texts)),
  ];
  if (!result.success || problems.length > 0) throw new ConfigError(app, problems);
  return result.data as unknown as Config<App>;
}

function shapeOf(keys: readonly SettingKey[], schemaOf: (setting: Setting) => z.ZodType): Record<string, z.ZodType> {
  return Object.fromEntries(keys.map((key) => [key, schemaOf(settings[key])]));
}

function textOf(setting: Setting, environment: Environment): string | undefined {
  const value = environment[setting.name]?.trim();
  return value === undefined || value === '' ? setting.default : value;
}

function unknownSettings(environment: Environment): string[] {
  return Object.keys(environment)
    .filter((name) => name.startsWith('BURSAR_') && !name.startsWith(testPrefix) && !namesOfEverySetting.has(name))
    .map((name) => `${name}: there is no such setting`);
}

function describeIssue(issue: z.core.$ZodIssue, texts: Record<string, string | undefined>): string {
  const key = issue.path[0] as SettingKey;
  const setting: Setting = settings[key];
  const value = texts[key];
  if (value === undefined) return `${setting.name}: is required (${setting.unit})`;
  const shown = setting.secret ? 'its value is not shown' : `got "${value}"`;
  return `${setting.name}: ${issue.message} (${shown}; unit: ${setting.unit})`;
}
