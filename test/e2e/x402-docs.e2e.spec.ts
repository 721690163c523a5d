import { expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import { EndToEnd } from '../support/end-to-end.js';

it('A6: the commands of docs/x402.md do what is said beside them', async () => {
  const world = await EndToEnd.begin();
  const { token } = await world.organizations.open();
  const [, block] = /```sh x402\n([^]*?)```/.exec(readFileSync('docs/x402.md', 'utf8')) ?? [];
  if (block === undefined) throw new Error('the page shows no commands');
  const valueOf = (name: string) => `sed 's/.*"${name}":"\\([^"]*\\)".*/\\1/'`;
  const commands = block
    .replace('http://127.0.0.1:8402', world.instance.url)
    .replace('<the admin key>', token)
    // A person copies token and payment out of the answer before.
    .replace(
      /(curl -s \$BURSAR\/v1\/payments\/x402\/resolve[^]*?\}\}')/,
      `R=$($1); echo "$R"; T=$(echo "$R" | ${valueOf('payment_token')}); P=$(echo "$R" | ${valueOf('payment_id')})`,
    )
    .replaceAll('"payment_token":"<token>"', '"payment_token":"\'$T\'"')
    .replace('<payment>', '$P')
    .replaceAll(/^(curl[^]*?)(?=\n(?:curl|#|$))/gm, '$1; echo');
  const { stdout } = await promisify(execFile)('bash', ['-c', commands]);
  const answers = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(answers).toMatchObject([
    { handle: 'buyer' },
    { handle: 'seller' },
    { header_name: 'X-Payment', amount: '0.05' },
    { status: 'captured', amount_captured: '0.05' },
    { code: 'duplicate_settlement' },
    { state: 'captured', amount: '50000' },
  ]);
  await world.end();
}, 120_000);
