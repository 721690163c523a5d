import { serviceEnvironment, type AppName, type SettingKey } from '#config';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServiceDefinition } from './kept-service.js';

/** In the order of their start; they are stopped in the opposite order. */
const names = ['authorization', 'projection', 'settlement', 'gateway'] as const satisfies readonly AppName[];

/** Every service of Bursar, as it was built beside this one. */
export function bursarServices(
  given: Partial<Record<SettingKey, string>>,
  dataDirectory: string,
): readonly ServiceDefinition[] {
  return names.map((name) => ({
    name,
    file: fileURLToPath(new URL(`../../${name}/src/main.js`, import.meta.url)),
    environment: serviceEnvironment(name, given),
    logFile: join(dataDirectory, 'logs', `${name}.log`),
  }));
}
