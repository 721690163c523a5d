import type { Standalone } from './standalone.js';

type Started = Pick<Standalone, 'url' | 'natsUrl' | 'sandboxUrl' | 'adminKeyToShow' | 'dataDirectory'>;

/** What a person reads after the start: where it is, the key if it is new, and one line to try that works as it stands. */
export function welcome(standalone: Started, startMilliseconds: number): string {
  const { url, natsUrl, sandboxUrl, adminKeyToShow, dataDirectory } = standalone;
  return [
    '',
    `Bursar is ready after ${(startMilliseconds / 1000).toFixed(1)} s.`,
    '',
    `  REST       ${url}`,
    `  Bus        ${natsUrl}`,
    ...(sandboxUrl === undefined ? [] : [`  Sandbox    ${sandboxUrl}  (answers paid services that have no secret)`]),
    ...(adminKeyToShow === undefined ? [] : [`  Admin key  ${adminKeyToShow}    (shown this once: keep it)`]),
    `  Data       ${dataDirectory}  (logs in logs/)`,
    '',
    ...(adminKeyToShow === undefined ? laterStart(url) : firstStart(url, adminKeyToShow)),
    '',
    'Ctrl-C stops everything.',
    '',
  ].join('\n');
}

/** It changes nothing: what the README begins with finds all as it expects. */
function firstStart(url: string, key: string): string[] {
  return ['Try next:', '', `  curl -s ${url}/v1/services -H 'authorization: Bearer ${key}'`];
}

function laterStart(url: string): string[] {
  return [
    'Try next, with your admin key in KEY:',
    '',
    `  curl -s "${url}/v1/reports/spend?group_by=agent" -H "authorization: Bearer $KEY"`,
  ];
}
