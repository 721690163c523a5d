import { serviceEnvironment, type AppName, type SettingKey } from '#config';
import type { ReadyMessage } from '#observability';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ServiceDefinition } from './kept-service.js';

interface Program {
  readonly name: AppName;
  /** Beside this file, as it was built. */
  readonly file: string;
  /** Whose settings it reads. */
  readonly apps: readonly AppName[];
  readonly priority?: 'background';
}

const sandbox: Program = { name: 'sandbox', file: '../../sandbox/src/main.js', apps: ['sandbox'] };

/**
 * In the order of their start; they are stopped in the opposite order. The gateway's process has the books' owner in it, and makes
 * the streams on the bus that the others read.
 */
const programs: readonly Program[] = [
  { name: 'gateway', file: './gateway-process.js', apps: ['gateway', 'settlement', 'authorization'] },
  { name: 'projection', file: '../../projection/src/main.js', apps: ['projection'], priority: 'background' },
  { name: 'settlement', file: '../../settlement/src/main.js', apps: ['settlement'] },
];

/** Every service of Bursar, as it was built beside this one. */
export function bursarServices(
  given: Partial<Record<SettingKey, string>>,
  dataDirectory: string,
): readonly ServiceDefinition[] {
  return programs.map((program) => definitionOf(program, given, dataDirectory));
}

/** The sandbox, started before the others: they are told its URL, and started again it listens there again. */
export function sandboxService(dataDirectory: string): ServiceDefinition {
  const again = ({ url }: ReadyMessage) => {
    const port = url === undefined ? '' : new URL(url).port;
    return serviceEnvironment('sandbox', { sandboxPort: port });
  };
  return { ...definitionOf(sandbox, {}, dataDirectory), again };
}

function definitionOf(
  { name, file, apps, priority }: Program,
  given: Partial<Record<SettingKey, string>>,
  dataDirectory: string,
): ServiceDefinition {
  return {
    name,
    file: fileURLToPath(new URL(file, import.meta.url)),
    environment: Object.assign({}, ...apps.map((app) => serviceEnvironment(app, given))) as Record<string, string>,
    logFile: join(dataDirectory, 'logs', `${name}.log`),
    ...(priority && { priority }),
  };
}
