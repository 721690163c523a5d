import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { RECEIPT_TYPE, type PaymentReceipt } from '#contracts';
import { createKeyRing } from '#security';
import { tampered } from '../../../../test/support/tampered.js';
import { EXIT } from '../exit-codes.js';
import { runLine } from '../../test-support/command-line.js';

const ring = createKeyRing({ seeds: [Buffer.alloc(32, 3)] });
const moment = Date.UTC(2026, 0, 1, 12);
const evidence = { position: '3:1', event_hash: 'a'.repeat(64) };
const decline = { code: 'hold_expired', scope: { kind: 'payment', id: 'pay_1' }, limit: '1', currency: 'USD' } as const;

const claims: PaymentReceipt = {
  receipt_id: 'rcpt_1',
  payment_id: 'pay_1',
  iss: 'ledger:main',
  iat: moment / 1000,
  org: 'org_0',
  book: 'payer',
  status: 'expired',
  amount: '0.05',
  amount_held: '0',
  amount_captured: '0',
  amount_refunded: '0',
  currency: 'USD',
  decimals: 6,
  asset: 'USD',
  payer: { agent_id: 'agt_1', handle: 'planner' },
  on_behalf_of: { agent_id: 'agt_0', handle: 'boss' },
  payee: { service: 'search' },
  protocol: 'direct',
  session_id: 'ses_1',
  session_path: ['ses_1', 'ses_0'],
  labels: { label: 'goal=draft', '10': 'ten', '9': 'nine' },
  category: null,
  request_id: 'order 17',
  memo_hash: 'salted',
  decided_at: '2026-01-01T12:00:00.000Z',
  recorded_at: '2026-01-01T12:00:00.000Z',
  decided: evidence,
  recorded: evidence,
  within_cap: true,
  refunds: [],
  refusals: [{ ...evidence, type: 'payment.capture_refused', recorded_at: '2026-01-01T12:00:00.000Z', decline }],
};
const receipt = { ...claims, jws: ring.sign(claims, RECEIPT_TYPE, moment) };
const jwks = JSON.stringify(ring.jwks(moment, moment));
const verifier = fileURLToPath(new URL('../../../../docs/verify-receipt.mjs', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'bursar-receipt-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

function file(name: string, text: string): string {
  const path = join(folder, name);
  writeFileSync(path, text);
  return path;
}

const run = (...line: string[]) => runLine(line);

const verify = (text: string, keys = jwks) =>
  run('receipt', 'verify', file('receipt.json', text), '--jwks', file('jwks.json', keys));

/** What the one file of the documentation says of it. */
async function verifierSays(text: string): Promise<string> {
  const { verifyReceipt } = (await import(verifier)) as { verifyReceipt: (text: string, keys: object) => object };
  try {
    verifyReceipt(text, JSON.parse(jwks) as object);
    return 'good';
  } catch (error) {
    return (error as Error).message;
  }
}

describe('receipt verify', () => {
  it('says that a receipt is good, and what it says, without a server', async () => {
    const ran = await verify(JSON.stringify(receipt, null, 2));
    expect(ran).toMatchObject({ code: EXIT.done, err: '' });
    expect(ran.out).toContain('The receipt is good.');
    expect(ran.out).toMatch(/session +ses_1 < ses_0/);
    expect(ran.out).toMatch(/request +order 17\n *memo hash +salted/);
    expect(ran.out).toMatch(/on behalf of +boss \(agt_0\)/);
    expect(ran.out).toMatch(/refused step +payment\.capture_refused: hold_expired/);
  });

  it('takes the signed text alone as well', async () => {
    expect(await verify(`${receipt.jws}\n`)).toMatchObject({
      code: EXIT.done,
      out: expect.stringContaining('rcpt_1'),
    });
    expect(await verifierSays(`${receipt.jws}\n`)).toBe('good');
  });

  it('F6: refuses a receipt of which any field is another one, as the verifier of the documentation does', async () => {
    const accepted: string[] = [];
    let tried = 0;
    for (const { path, value } of tampered(receipt as never)) {
      const text = JSON.stringify(value);
      const ran = await verify(text);
      if (ran.code !== EXIT.broken || !ran.out.includes('The receipt is not good')) accepted.push(path);
      if ((await verifierSays(text)) === 'good') accepted.push(`${path}, by the verifier`);
      tried += 1;
    }
    expect(accepted).toEqual([]);
    expect(tried).toBeGreaterThan(150);
  });

  it.each([
    ['a token of another purpose', ring.sign(claims, 'bursar-payment+jwt', moment)],
    ['a signature of another time', ring.sign({ ...claims, iat: 5 }, RECEIPT_TYPE, moment)],
    ['a key that is not published', createKeyRing({ seeds: [Buffer.alloc(32, 4)] }).sign(claims, RECEIPT_TYPE, moment)],
    ['no signature at all', receipt.jws.slice(0, receipt.jws.lastIndexOf('.') + 1)],
    ['no receipt', 'hello'],
    ['no JSON', '{'],
    ['an object without a signature', JSON.stringify(claims)],
  ])('F6: refuses %s', async (_what, text) => {
    expect(await verify(text)).toMatchObject({ code: EXIT.broken });
    expect(await verifierSays(text)).not.toBe('good');
  });

  it('asks the gateway for the keys where none are given, and says so where there is no answer', async () => {
    const server = createServer((request, response) => {
      response.writeHead(request.url === '/.well-known/jwks.json' ? 200 : 404).end(jwks);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const path = file('receipt.json', JSON.stringify(receipt));
    expect(await run('--url', url, 'receipt', 'verify', path)).toMatchObject({ code: EXIT.done });
    expect(await run('receipt', 'verify', path, '--jwks', `${url}/elsewhere`)).toMatchObject({
      code: EXIT.unavailable,
      err: expect.stringContaining('404'),
    });
    server.closeAllConnections();
    server.close();
    // Nobody listens on port 1.
    expect(await run('--url', 'http://127.0.0.1:1', 'receipt', 'verify', path)).toMatchObject({
      code: EXIT.unavailable,
      err: expect.stringContaining('gives no keys'),
    });
  });

  it('is a wrong command line where a file is missing, or holds no keys', async () => {
    const path = file('receipt.json', JSON.stringify(receipt));
    const missing = join(folder, 'missing.json');
    expect(await run('receipt', 'verify', missing, '--jwks', path)).toMatchObject({ code: EXIT.usage });
    for (const keys of [missing, path, file('none.json', 'no JSON')])
      expect(await run('receipt', 'verify', path, '--jwks', keys)).toMatchObject({ code: EXIT.usage });
  });

  it('gives its verdict as JSON too', async () => {
    const good = await run('--json', 'receipt', 'verify', file('r', receipt.jws), '--jwks', file('k', jwks));
    expect(JSON.parse(good.out)).toEqual({ good: true, claims: JSON.parse(JSON.stringify(claims)) });
    const bad = await run('--json', 'receipt', 'verify', file('r', 'x'), '--jwks', file('k', jwks));
    expect(JSON.parse(bad.out)).toMatchObject({ good: false, reason: expect.any(String) });
  });
});

describe('the verifier of the documentation', () => {
  it('runs with nothing but Node, and tells by its exit code', () => {
    const ends = (...files: string[]) => {
      try {
        return { code: 0, out: execFileSync(process.execPath, [verifier, ...files], { stdio: 'pipe' }).toString() };
      } catch (error) {
        return { code: (error as { status: number }).status, out: '' };
      }
    };
    const keys = file('jwks.json', jwks);
    const good = ends(file('receipt.json', JSON.stringify(receipt)), keys);
    expect(good.code).toBe(0);
    expect(JSON.parse(good.out)).toEqual(JSON.parse(JSON.stringify(claims)));
    expect(ends(file('bad.json', JSON.stringify({ ...receipt, amount: '5' })), keys).code).toBe(6);
    expect(ends(keys).code).toBe(2);
    expect(ends(join(folder, 'missing.json'), keys).code).toBe(2);
  });
});
