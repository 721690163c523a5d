import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { ServiceProcess } from '#testing';
import { problemSchema } from '#contracts';
import { ADMIN_KEY, call, Services, type RunningGateway } from '../gateway/services.js';
import type { PlainAnswer } from '../support/plain-http.js';
import { bodyV1, bodyV2, challengeV2, legacyChallenge, X402Calls } from '../support/x402.js';

let services: Services;
let authorization: ServiceProcess;
let settlement: ServiceProcess;
let gateway: RunningGateway;
let x402: X402Calls;
let buyer: string;
let seller: { agent_id: string; token: string };

beforeAll(async () => {
  services = await Services.start();
  [authorization, settlement, gateway] = await Promise.all([
    services.authorization(),
    services.settlement(),
    services.gateway(),
  ]);
  x402 = new X402Calls(gateway.url);
  buyer = String((await post('/v1/agents', { handle: 'buyer' })).json['token']);
  seller = (await post('/v1/agents', { handle: 'seller' })).json as typeof seller;
}, 120_000);
afterAll(() => services?.stop(), 60_000);

const post = (path: string, body: object) => call(gateway.url, 'POST', path, { body });

async function money(): Promise<{ held: number; earned: number }> {
  const { json } = await call(gateway.url, 'GET', '/v1/wallets');
  const wallets = json['wallets'] as { wallet_id: string; available: string; held: string }[];
  const own = wallets.find(({ wallet_id }) => wallet_id === `wal_${seller.agent_id.slice(4)}_usd`);
  return { held: wallets.reduce((sum, { held }) => sum + Number(held), 0), earned: Number(own?.available ?? 0) };
}

const tokenFor = (challenge: unknown) => x402.tokenFor(buyer, challenge);

async function kill(service: ServiceProcess): Promise<void> {
  service.kill('SIGKILL');
  await service.exited;
}

const wait = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('Parts that are down', () => {
  it('A7 C1: without authorization every call is a 503 in its own shape, nothing is lost, and the retry succeeds', async () => {
    const before = await money();
    const token = await tokenFor(legacyChallenge('down-1'));
    await kill(authorization);
    const fields = { deadline_ms: 700 };
    const [resolved, redeemed, verified, settled] = await Promise.all([
      x402.resolve(buyer, legacyChallenge('down-2'), fields),
      x402.redeem(seller.token, token, fields),
      x402.verify(seller.token, bodyV2(token)),
      x402.settle(seller.token, bodyV2(token)),
    ]);
    for (const answer of [resolved, redeemed]) {
      expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '1']);
      expect(problemSchema.parse(answer.json)).toMatchObject({ code: 'book_unavailable', retryable: true });
    }
    expect([verified.status, verified.json]).toEqual([
      503,
      expect.objectContaining({ isValid: false, invalidReason: 'book_unavailable' }),
    ]);
    expect([settled.status, settled.json]).toEqual([
      503,
      expect.objectContaining({
        success: false,
        errorReason: 'book_unavailable',
        transaction: '',
        network: 'ledger:main',
      }),
    ]);
    authorization = await services.authorization();
    expect((await x402.resolve(buyer, legacyChallenge('down-2'))).status).toBe(200);
    expect((await x402.settle(seller.token, bodyV2(token))).json).toMatchObject({ success: true });
    await x402.redeem(seller.token, await tokenFor(legacyChallenge('down-2')));
    const after = await money();
    expect([after.held, after.earned - before.earned]).toEqual([0, expect.closeTo(0.1, 6)]);
  }, 120_000);

  it('A7: without settlement the answer is settlement_unavailable, and a call waits for it until its deadline', async () => {
    const token = await tokenFor(challengeV2());
    await kill(settlement);
    const refused = await x402.resolve(buyer, challengeV2(), { deadline_ms: 500 });
    expect(refused.status).toBe(503);
    expect(problemSchema.parse(refused.json)).toMatchObject({ code: 'settlement_unavailable', retryable: true });
    const waiting = x402.settle(seller.token, bodyV2(token));
    const supported = call(gateway.url, 'GET', '/x402/supported');
    // Payments without an envelope are not concerned.
    const direct = await post('/v1/payments', { agent_id: 'buyer', service: 'search', amount: '0.01', capture: true });
    expect(direct.status).toBe(201);
    settlement = await services.settlement();
    expect((await waiting).json).toMatchObject({ success: true });
    expect((await supported).status).toBe(200);
    expect((await money()).held).toBe(0);
  }, 120_000);

  it('C3: where the answer was lost the call is pending, says which payment, and the same call again ends it, once', async () => {
    const token = await tokenFor(challengeV2());
    const before = await money();
    authorization.kill('SIGSTOP');
    const lost = await x402.settle(seller.token, bodyV2(token));
    authorization.kill('SIGCONT');
    expect(lost.status).toBe(503);
    expect(lost.json).toMatchObject({ success: false, errorReason: 'settlement_pending', network: 'ledger:main' });
    const transaction = String(lost.json['transaction']);
    expect(transaction).toMatch(/^pay_[0-9a-f]{32}$/);
    const again = await x402.settle(seller.token, bodyV2(token));
    expect(again.json).toMatchObject({ success: true, transaction });
    const third = await x402.settle(seller.token, bodyV2(token));
    expect(third.json).toMatchObject({ success: false, errorReason: 'duplicate_settlement', transaction });
    expect((await x402.status(seller.token, transaction)).json).toMatchObject({ state: 'captured', amount: '50000' });
    const after = await money();
    expect([after.held, after.earned - before.earned]).toEqual([0, expect.closeTo(0.05, 6)]);
  }, 120_000);
});

describe('Settlement that is killed while 16 clients pay', () => {
  const CLIENTS = 16;
  const PAYMENTS = 4;
  /** Just after the so-manyth call of a kind has been sent. */
  const KILLS: readonly [kind: string, number: number][] = [
    ['resolve', 8],
    ['verify', 12],
    ['settle', 20],
    ['settle', 40],
    ['resolve', 56],
  ];

  it('B1 B3 C1 C5: each token is captured once, whoever asks how often, and no hold is left', async () => {
    const before = await money();
    const sent = new Map<string, number>();
    let due = [...KILLS];
    let deaths = 0;
    let restarting: Promise<void> = Promise.resolve();
    /** Sends, and kills settlement while the call is on its way where its turn has come. */
    const send = (kind: string, request: () => Promise<PlainAnswer>): Promise<PlainAnswer> => {
      sent.set(kind, (sent.get(kind) ?? 0) + 1);
      const answer = request();
      const isDue = due.some(([one, number]) => one === kind && sent.get(kind)! >= number);
      if (isDue) {
        due = due.filter(([one, number]) => one !== kind || sent.get(kind)! < number);
        restarting = restarting.then(async () => {
          deaths += 1;
          await kill(settlement);
          settlement = await services.settlement();
        });
      }
      return answer;
    };
    const until = async (kind: string, request: () => Promise<PlainAnswer>): Promise<PlainAnswer> => {
      for (;;) {
        const answer = await send(kind, request);
        if (answer.status !== 503) return answer;
        await wait(100);
      }
    };
    const pay = async (
      client: number,
      number: number,
    ): Promise<{ id: string; answer: PlainAnswer; keyed: boolean }> => {
      const name = `client-${client}-${number}`;
      const resolved = await until('resolve', () => x402.resolve(buyer, challengeV2({ extra: { nonce: name } })));
      if (resolved.status !== 200) throw new Error(resolved.text);
      const { payment_token: token, payment_id } = resolved.json as { payment_token: string; payment_id: string };
      const body = client % 4 === 0 ? bodyV1(token) : bodyV2(token, { extra: { nonce: name } });
      const verified = await until('verify', () => x402.verify(seller.token, body));
      if (verified.json['isValid'] !== true) throw new Error(verified.text);
      const keyed = client % 2 === 0;
      const answer = await until('settle', () => x402.settle(seller.token, body, keyed ? name : undefined));
      return { id: payment_id, answer, keyed };
    };
    const paid = (
      await Promise.all(
        Array.from({ length: CLIENTS }, async (_client, client) => {
          const own = [];
          for (let number = 0; number < PAYMENTS; number++) own.push(await pay(client, number));
          return own;
        }),
      )
    ).flat();
    await restarting;
    expect(deaths).toBeGreaterThanOrEqual(4);
    expect(new Set(paid.map(({ id }) => id)).size).toBe(CLIENTS * PAYMENTS);
    for (const { id, answer, keyed } of paid) {
      const isDuplicate = answer.json['errorReason'] === 'duplicate_settlement' && answer.json['transaction'] === id;
      // With a key the success is told in the end; without one a lost answer is a duplicate, and the state tells.
      expect([id, answer.json['success'] === true || (!keyed && isDuplicate), answer.text]).toEqual([
        id,
        true,
        answer.text,
      ]);
      expect((await x402.status(seller.token, id)).json).toMatchObject({ state: 'captured', amount: '50000' });
      const { json } = await call(gateway.url, 'GET', `/v1/payments/${id}`, { token: ADMIN_KEY });
      const history = json['history'] as { type: string }[];
      expect(history.map(({ type }) => type)).toEqual(['payment.authorized', 'payment.captured']);
    }
    const after = await money();
    expect([after.held, after.earned - before.earned]).toEqual([0, expect.closeTo(CLIENTS * PAYMENTS * 0.05, 6)]);
  }, 240_000);
});
