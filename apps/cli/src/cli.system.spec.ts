import { execFile, spawn } from 'node:child_process';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { inheritedEnvironment } from '#config';
import { makeTemporaryDirectory } from '#embedded';
import pg from 'pg';
import { startInstance, type Instance } from '../../../test/support/instance.js';
import { EXIT } from './exit-codes.js';

// The command as it is installed, against a real Bursar on servers of its own.
const command = fileURLToPath(new URL('../bursar.js', import.meta.url));
let instance: Instance;
beforeAll(async () => {
  instance = await startInstance();
});
afterAll(async () => {
  await instance.stop();
  instance.remove();
});

interface Ran {
  code: number;
  out: string;
  err: string;
}

function bursar(...line: string[]): Promise<Ran> {
  return bursarAs(instance.adminKey, ...line);
}

function bursarAs(key: string, ...line: string[]): Promise<Ran> {
  const env = {
    ...inheritedEnvironment(),
    BURSAR_URL: instance.url,
    BURSAR_API_KEY: key,
    BURSAR_DATA_DIR: instance.dataDirectory,
  };
  return new Promise((resolve) => {
    execFile(process.execPath, [command, ...line], { env }, (error, out, err) => {
      resolve({ code: error ? Number(error.code) : 0, out, err });
    });
  });
}

async function json<Answer>(...line: string[]): Promise<Answer> {
  const { code, out, err } = await bursar(...line, '--json');
  if (code !== 0) throw new Error(`${line.join(' ')} ended with ${code}: ${out}${err}`);
  return JSON.parse(out) as Answer;
}

async function change(statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: instance.databaseUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

describe('a day at the terminal', () => {
  it('begins with everything well', async () => {
    const { code, out } = await bursar('status');
    expect(out).toMatch(/gateway +ok/);
    expect(out).toMatch(/books +ok/);
    expect(out).toMatch(/read models +ok/);
    expect(out).toMatch(/log +ok +whole: \d+ events/);
    expect(code).toBe(EXIT.done);
  });

  it('registers agents, opens sessions, pays, and shows where the money went', async () => {
    await json('agent', 'create', 'researcher', '--cap', '5', '--per-payment', '0.5');
    await json('agent', 'create', 'writer');
    const { session_id: root } = await json<{ session_id: string }>(
      ...'session open --budget 1 --agent researcher --label goal=42'.split(' '),
    );
    await json('session', 'open', '--budget', '0.4', '--parent', root, '--mode', 'reserved');
    expect(await json('pay', 'writer', '0.25', '--session', root)).toMatchObject({ status: 'captured' });
    expect(await json('pay', 'service:search', '0.1', '--session', root, '--hold')).toMatchObject({
      status: 'authorized',
    });

    const declined = await bursar('pay', 'writer', '0.5', '--session', root);
    expect(declined.code).toBe(EXIT.declined);
    expect(declined.err).toContain('session_budget_exceeded');
    expect(declined.err).toMatch(/remaining +0\.25 USD/);

    const tree = await bursar('session', 'get', root);
    expect(tree.out.split('\n').slice(0, 2)).toEqual([
      expect.stringMatching(
        /^ses_\w+ {2}open {2}budget 1, spent 0\.25, held 0\.1, carved out 0\.4, remaining 0\.25 USD/,
      ),
      expect.stringMatching(/^└─ ses_\w+ {2}open, reserved {2}budget 0\.4/),
    ]);
    expect((await bursar('agent', 'spend', 'researcher')).out).toMatch(/remaining +4\.65 USD/);
    await eventually(async () => {
      const report = await bursar('report', 'spend', '--by', 'label');
      expect(report.out).toMatch(/^goal=42 +0\.25 +0\.1 /m);
    });
    expect((await bursar('agent', 'list')).out).toMatch(/^researcher +agt_\w+ +active +0\.25 +0\.1 +USD +5 USD/m);
    expect((await bursar('report', 'spend', '--by', 'agent')).out).toMatch(/^writer +0 +0 +0\.25 /m);
  });

  it('takes one payment for one key, however often the command is run', async () => {
    const line = ['pay', 'writer', '0.2', '--agent', 'researcher', '--idempotency-key', 'rent'];
    expect(await json(...line)).toEqual(await json(...line));
    const other = await bursar(...line.with(2, '0.3'));
    expect(other.code).toBe(EXIT.declined);
    expect(other.err).toContain('idempotency_key_conflict');
  });

  it('F6: shows a receipt, and verifies it offline to the last field', async () => {
    const folder = makeTemporaryDirectory();
    const file = (name: string, text: string) => {
      const path = join(folder.path, name);
      writeFileSync(path, text);
      return path;
    };
    const { receipt_id } = await json<{ receipt_id: string }>('pay', 'writer', '0.05', '--agent', 'researcher');
    expect((await bursar('receipt', 'show', receipt_id)).out).toMatch(/captured +0\.05 USD/);
    const { out } = await bursar('receipt', 'show', receipt_id, '--json');
    const keys = await (await fetch(`${instance.url}/.well-known/jwks.json`)).text();
    const offline = ['--jwks', file('jwks.json', keys), '--url', 'http://127.0.0.1:1'];
    const good = await bursar('receipt', 'verify', file('receipt.json', out), ...offline);
    expect(good).toMatchObject({ code: EXIT.done, out: expect.stringContaining('The receipt is good.') });
    const forged = file('forged.json', out.replaceAll('"0.05"', '"0.06"'));
    expect(await bursar('receipt', 'verify', forged, ...offline)).toMatchObject({ code: EXIT.broken });
    expect(await bursar('receipt', 'verify', forged)).toMatchObject({ code: EXIT.broken });
    expect(await bursar('receipt', 'show', 'rcpt_none')).toMatchObject({
      code: EXIT.refused,
      err: expect.stringContaining('receipt_not_found'),
    });
    folder.remove();
  });

  it('freezes, frees and revokes an agent', async () => {
    expect(await json('agent', 'freeze', 'researcher', '--reason', 'too fast')).toMatchObject({ status: 'frozen' });
    expect((await bursar('pay', 'writer', '0.01', '--agent', 'researcher')).code).toBe(EXIT.declined);
    expect(await json('agent', 'unfreeze', 'researcher')).toMatchObject({ status: 'active' });
    expect(await json('agent', 'revoke', 'researcher')).toMatchObject({ status: 'revoked' });
  });

  it('says what is not there, and who may not', async () => {
    expect(await bursar('session', 'get', 'ses_00000000000000000000000000000000')).toMatchObject({
      code: EXIT.refused,
      err: expect.stringContaining('session_not_found'),
    });
    expect(await bursarAs('wrong', 'agent', 'list')).toMatchObject({ code: EXIT.refused });
  });
});

describe('up', () => {
  it('starts everything, and stops it in order when it is asked to', async () => {
    const folder = makeTemporaryDirectory();
    const settings = { BURSAR_DATA_DIR: `${folder.path}/data`, BURSAR_PORT: '0', BURSAR_NATS_PORT: '0' };
    const child = spawn(process.execPath, [command, 'up'], { env: { ...inheritedEnvironment(), ...settings } });
    let printed = '';
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
    const code = new Promise((resolve) => child.once('exit', resolve));
    await eventually(() => Promise.resolve(expect(printed).toContain('Bursar is ready')), 600);
    child.kill('SIGTERM');
    expect(await code).toBe(EXIT.done);
    expect(printed).toMatch(/Stopped\. All data is kept\.\s*$/);
    folder.remove();
  });

  it('A10: ends with 2 where a setting is not acceptable, and names it', async () => {
    const env = { ...inheritedEnvironment(), BURSAR_PORT: 'abc' };
    const ran = await new Promise<Ran>((resolve) => {
      execFile(process.execPath, [command, 'up'], { env }, (error, out, err) => {
        resolve({ code: error ? Number(error.code) : 0, out, err });
      });
    });
    expect(ran).toMatchObject({ code: EXIT.usage, out: '', err: expect.stringContaining('BURSAR_PORT') });
  });
});

describe('where nobody listens', () => {
  it('A10: a command ends with 5, says so and what to look at, and names the key of a payment', async () => {
    const nobody = ['--url', 'http://127.0.0.1:1'];
    const asked = await bursar('whoami', ...nobody);
    expect(asked).toMatchObject({ code: EXIT.unavailable, out: '', err: expect.stringContaining('bursar status') });
    const paid = await bursar('pay', 'writer', '1', ...nobody);
    expect(paid).toMatchObject({ code: EXIT.unavailable, out: '' });
    expect(paid.err).toContain('http://127.0.0.1:1/v1/payments');
    expect(paid.err).toMatch(/run it again with --idempotency-key \S+/);
  });
});

describe('bench', () => {
  it('runs the benchmark of the checkout, and no row of it where none is asked for', async () => {
    const folder = makeTemporaryDirectory();
    const file = join(folder.path, 'bench.json');
    const { code, out } = await bursar('bench', '--quick', '--only', 'nothing', '--file', file);
    expect([code, out]).toEqual([EXIT.done, expect.stringContaining('0 targets missed, 0 mismatches')]);
    expect(existsSync(file)).toBe(true);
    folder.remove();
  });
});

describe('keeping the log', () => {
  it('migrates a database that is of this version already, and changes nothing', async () => {
    expect(await json('migrate')).toMatchObject({ event_log: [] });
  });

  it('H5: rebuilds the read models to the last byte and swaps them in', async () => {
    const { code, out, err } = await bursar('rebuild', '--compare');
    expect(out).toContain('equal to the last byte');
    expect(err).toMatch(/loading .*\nindexing/);
    expect(code).toBe(EXIT.done);
  });

  it('D8: verifies the whole log, and shows the first event that was altered', async () => {
    expect(await bursar('verify', '--deep')).toMatchObject({ code: EXIT.done, out: expect.stringMatching(/is whole/) });
    const whole = await json<{ events: number; faults: unknown[] }>('verify');
    expect(whole).toMatchObject({ faults: [] });
    expect(whole.events).toBeGreaterThan(5);
    await change(`
      alter table bursar.event disable trigger all;
      update bursar.event set payload = convert_to(replace(convert_from(payload, 'UTF8'), 'researcher', 'attacker'), 'UTF8')
      where partition = 26 and position = 4;
    `);
    const { code, out } = await bursar('verify');
    expect(code).toBe(EXIT.broken);
    expect(out).toMatch(/first bad event +26:4\n/);
    expect(out).toMatch(/what is wrong +hash_mismatch/);
    expect(out).toMatch(/what stands there +\{.*attacker/);
  });

  it('says which database it would need', async () => {
    const env = { ...inheritedEnvironment(), BURSAR_DATA_DIR: '/nowhere' };
    const child = spawn(process.execPath, [command, 'verify'], { env });
    expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(EXIT.usage);
  });
});

async function eventually(check: () => Promise<void>, attempts = 20): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await check();
      return;
    } catch (error) {
      if (attempt === attempts) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}
