import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inheritedEnvironment } from '#config';
import { makeTemporaryDirectory, projectRoot } from '#embedded';
import { EndToEnd } from '../../../../test/support/end-to-end.js';
import { commandLine, runLine } from '../../test-support/command-line.js';
import { EXIT } from '../exit-codes.js';

let world: EndToEnd;
let folder: ReturnType<typeof makeTemporaryDirectory>;
beforeAll(async () => {
  world = await EndToEnd.begin();
  folder = makeTemporaryDirectory();
}, 120_000);
afterAll(async () => {
  folder?.remove();
  await world?.end();
});

/** An org in which more was paid than a page holds. */
async function busy(payments: number) {
  const { client, token } = await world.organizations.open();
  await client.agents.create({ handle: 'worker' });
  for (let sent = 0; sent < payments; sent += 50) {
    const some = Array.from({ length: Math.min(50, payments - sent) }, (_, index) =>
      client.payments.pay({ agent_id: 'worker', service: 'search', amount: '0.01', labels: { n: `${sent + index}` } }),
    );
    await Promise.all(some);
  }
  return { client, token, bursar: commandLine(world.instance.url, token) };
}

const rowsOf = (text: string) =>
  text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
const cursorIn = (text: string) => /--cursor (\S+)/.exec(text)?.[1];

describe('bursar export', () => {
  it('H1 H2: writes every event once over all pages, and goes on later where it ended', async () => {
    const { bursar, client } = await busy(260);
    const first = await bursar('export', 'events');
    expect(first.code).toBe(EXIT.done);
    const positions = rowsOf(first.out).map(({ position }) => position);
    expect(new Set(positions).size).toBe(positions.length);
    expect(rowsOf(first.out).filter(({ type }) => type === 'payment.transferred')).toHaveLength(260);
    expect(first.err).toContain(`${positions.length} rows.`);
    await client.agents.create({ handle: 'late' });
    const rest = await bursar('export', 'events', '--cursor', cursorIn(first.err)!);
    expect(rowsOf(rest.out).map(({ type }) => type)).toEqual(['agent.registered']);
  });

  it('D2: writes payments and the report as NDJSON and CSV, and they agree to the unit', async () => {
    const { bursar } = await busy(230);
    const payments = async () => rowsOf((await bursar('export', 'payments', '--agent', 'worker')).out);
    for (let turn = 0; turn < 100 && (await payments()).length < 230; turn += 1)
      await new Promise((resolve) => setTimeout(resolve, 50));
    const ids = (await payments()).map(({ payment_id }) => payment_id);
    expect([ids.length, new Set(ids).size]).toEqual([230, 230]);
    const csv = (await bursar('export', 'payments', '--format', 'csv')).out.trimEnd().split('\r\n');
    expect(csv).toHaveLength(231);
    expect(csv[0]).toMatch(/^payment_id,status,amount,/);
    expect(csv[1]).toContain(`${String(ids[0])},captured,0.01,`);
    expect(csv[1]).toContain('"{""n"":""');
    const [row] = rowsOf((await bursar('export', 'spend', '--by', 'agent,day')).out);
    expect(row).toMatchObject({ handle: 'worker', spent: '2.3', payments: 230 });
    expect((await bursar('export', 'spend', '--by', 'label', '--format', 'csv')).out).toMatch(
      /^label,currency,spent,held,earned,refunded,payments,declined\r\n/,
    );
    expect((await bursar('export', 'receipts')).err).toContain('230 rows.');
  });

  it('writes a new file, never over one that is there, and goes on with one', async () => {
    const { bursar, client } = await busy(3);
    const file = join(folder.path, 'events.ndjson');
    const first = await bursar('export', 'events', '--out', file);
    const before = readFileSync(file, 'utf8');
    expect([first.code, first.out, rowsOf(before).length > 3]).toEqual([EXIT.done, '', true]);
    expect(await bursar('export', 'events', '--out', file)).toMatchObject({
      code: EXIT.failed,
      err: expect.stringContaining('is there already'),
    });
    expect(readFileSync(file, 'utf8')).toBe(before);
    await client.agents.create({ handle: 'late' });
    await bursar('export', 'events', '--out', file, '--cursor', cursorIn(first.err)!);
    expect(rowsOf(readFileSync(file, 'utf8')).map(({ type }) => type)).toEqual([
      ...rowsOf(before).map(({ type }) => type),
      'agent.registered',
    ]);
    writeFileSync(file, '');
  });

  it('H4: asks for no further page while its reader is slow', async () => {
    const { token } = await busy(230);
    let asked = 0;
    let release: () => void = () => undefined;
    const slow = {
      write: () => {
        asked += 1;
        return new Promise<void>((resolve) => (release = resolve));
      },
    };
    const running = runLine(['export', 'events'], { BURSAR_URL: world.instance.url, BURSAR_API_KEY: token }, slow);
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(asked).toBe(1);
    const pump = setInterval(() => release(), 0);
    const { code, err } = await running;
    clearInterval(pump);
    expect([code, err]).toEqual([EXIT.done, expect.stringContaining(`${asked} rows.`)]);
  });

  it('ends well and without a word where its reader wants no more', async () => {
    const { token } = await busy(230);
    const child = spawn(process.execPath, ['apps/cli/bursar.js', 'export', 'events'], {
      cwd: projectRoot,
      env: { ...inheritedEnvironment(), BURSAR_URL: world.instance.url, BURSAR_API_KEY: token },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let complained = '';
    child.stderr.on('data', (chunk: Buffer) => (complained += chunk.toString()));
    child.stdout.once('data', () => child.stdout.destroy());
    const code = await new Promise((resolve) => child.once('exit', resolve));
    expect([code, complained]).toEqual([EXIT.done, '']);
  });
});
