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

function firstStart(url: string, key: string): string[] {
  return [
    'Try next:',
    '',
    `  curl -s ${url}/v1/agents -H 'authorization: Bearer ${key}' -H 'content-type: application/json' \\`,
    `    -d '{"handle":"researcher","spending_cap":{"amount":"5.00","currency":"USD"}}'`,
  ];
}

function laterStart(url: string): string[] {
  return [
    'Try next, with your admin key in KEY:',
    '',
    `  curl -s "${url}/v1/reports/spend?group_by=agent" -H "authorization: Bearer $KEY"`,
  ];
}
