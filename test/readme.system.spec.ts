import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { startInstance, type Instance } from './support/instance.js';

/** The commands of the README's first payment, as they stand there. */
function firstPayment(): string {
  const block = /```sh first-payment\n([^]*?)```/.exec(readFileSync('README.md', 'utf8'));
  if (!block) throw new Error('the README shows no first payment');
  return block[1]!;
}

describe('the README', () => {
  let instance: Instance;
  beforeAll(async () => {
    instance = await startInstance();
  }, 90_000);
  afterAll(async () => {
    await instance.stop();
    instance.remove();
  });

  it('shows a first payment whose every command does what is said beside it', async () => {
    const commands = firstPayment()
      .replace('http://127.0.0.1:8402', instance.url)
      .replace('<the admin key>', instance.adminKey)
      // A person copies the session's id out of the answer before.
      .replace(
        /(curl -s \$BURSAR\/v1\/sessions[^]*?\}')/,
        'S=$($1); echo "$S"; S=$(echo "$S" | sed \'s/.*"session_id":"\\([^"]*\\)".*/\\1/\')',
      )
      .replaceAll('"session_id":"<session>"', '"session_id":"\'$S\'"')
      .replace('curl -s "$BURSAR/v1/reports', 'sleep 1; curl -s "$BURSAR/v1/reports')
      .replaceAll(/^(curl[^]*?)(?=\n(?:curl|#|$))/gm, '$1; echo');
    const output = execFileSync('bash', ['-c', commands], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
    expect(output).toContain('"handle":"researcher"');
    expect(output).toContain('"status":"captured"');
    expect(output).toContain('"code":"per_payment_limit_exceeded"');
    expect(output).toContain('"spent_usd":0.25');
    expect(output).toMatch(/"handle":"researcher"[^}]*"spent":"0.25"/);
  }, 60_000);
});
