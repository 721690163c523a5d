import type { Standalone } from './standalone.js';

/** What a person reads after the start: where it is, the key if it is new, and one line to try. */
export function welcome(standalone: Standalone, startMilliseconds: number): string {
  const { url, natsUrl, adminKeyToShow, dataDirectory } = standalone;
  const key = adminKeyToShow ?? '$BURSAR_ADMIN_KEY';
  return [
    '',
    `Bursar is ready after ${(startMilliseconds / 1000).toFixed(1)} s.`,
    '',
    `  REST       ${url}`,
    `  Bus        ${natsUrl}`,
    ...(adminKeyToShow === undefined ? [] : [`  Admin key  ${adminKeyToShow}    (shown this once: keep it)`]),
    `  Data       ${dataDirectory}  (logs in logs/)`,
    '',
    'Try next:',
    '',
    `  curl -s ${url}/v1/agents -H 'authorization: Bearer ${key}' -H 'content-type: application/json' \\`,
    `    -d '{"handle":"researcher","spending_cap":{"amount":"5.00","currency":"USD"}}'`,
    '',
    'Ctrl-C stops everything.',
    '',
  ].join('\n');
}
