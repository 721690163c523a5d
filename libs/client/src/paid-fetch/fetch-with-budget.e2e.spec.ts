import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Payable } from '#payable';
import { EndToEnd } from '../../../../test/support/end-to-end.js';
import { moneyOf, openMarket, type Market } from '../../../../test/support/market.js';
import { challengeV2, legacyChallenge } from '../../../../test/support/x402.js';
import { BursarClient, DeclinedError, fetchWithBudget, PaidFetchError, paymentOf } from '../index.js';
import type { FetchBudget } from '../index.js';

let world: EndToEnd;
let market: Market;
const servers: Server[] = [];
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
beforeEach(async () => void (market = await openMarket(world)));
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});
afterAll(() => world?.end());

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

async function serve(handler: Handler): Promise<string> {
  const server = createServer((request, response) => {
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => handler(request, response, body));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function buyer(budget: Partial<FetchBudget> = {}) {
  const options = { url: world.instance.url, token: market.buyer.token };
  return fetchWithBudget(options, { max_per_request: '0.10', ...budget });
}

const FORMS = ['payment-required', 'x-payment-required', 'www-authenticate', 'the body'] as const;

/** A page for 0.05 that asks in the forms that are named alone. */
async function shop(forms: readonly string[] = FORMS, served: string[] = []): Promise<string> {
  const paid = new Payable({ url: world.instance.url, token: market.seller.token, payTo: 'seller' }).route('$0.05');
  return serve((request, response, body) => {
    askOnlyBy(response, forms);
    void paid(request as never, response, () => {
      served.push(body);
      response.end(`the page ${body}`);
    });
  });
}

function askOnlyBy(response: ServerResponse, forms: readonly string[]): void {
  const writeHead = response.writeHead.bind(response) as (status: number, headers: object) => ServerResponse;
  const end = response.end.bind(response) as (body?: unknown) => ServerResponse;
  response.writeHead = ((status: number, headers: object = {}) => {
    const kept = Object.entries(headers).filter(
      ([name]) => status !== 402 || !FORMS.includes(name.toLowerCase() as never) || forms.includes(name.toLowerCase()),
    );
    return writeHead(status, Object.fromEntries(kept));
  }) as never;
  response.end = ((body?: unknown) =>
    end(response.statusCode === 402 && !forms.includes('the body') ? '{}' : body)) as never;
}

/** What was thrown, which has to be of this class. */
async function failure(call: Promise<unknown>): Promise<PaidFetchError> {
  const error = await call.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(PaidFetchError);
  return error as PaidFetchError;
}

const legacyHeader = (nonce: string, fields: object = {}) => ({
  'x-payment-required': JSON.stringify(legacyChallenge(nonce, fields)),
});

describe('A fetch that pays', () => {
  it.each([
    ['x402 v2', 'payment-required', 'PAYMENT-SIGNATURE'],
    ['x402 v1', 'the body', 'X-PAYMENT'],
    ['the older header', 'x-payment-required', 'X-Payment'],
    ['the scheme Payment', 'www-authenticate', 'Authorization'],
  ])('A6: pays by %s, and gives the receipt beside the response', async (_name, form, header_name) => {
    const url = await shop([form]);
    const response = await buyer()(`${url}/page?q=1`);
    expect([response.status, await response.text()]).toEqual([200, 'the page ']);
    const payment = paymentOf(response)!;
    expect(payment).toMatchObject({ amount: '0.05', currency: 'USD', payee: 'seller', header_name });
    expect(payment.receipt_id).toBe(payment.payment_id.replace('pay_', 'rcpt_'));
    expect(payment.receipt).toEqual(expect.any(String));
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0.05 });
  });

  it('leaves what costs nothing as it is', async () => {
    const url = await serve((_request, response) => void response.writeHead(404).end('nothing'));
    const response = await buyer()(url);
    expect([response.status, await response.text(), paymentOf(response)]).toEqual([404, 'nothing', undefined]);
  });

  it('sends the same body with the payment, a stream too', async () => {
    const served: string[] = [];
    const url = await shop(FORMS, served);
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(new TextEncoder().encode('in '));
        controller.enqueue(new TextEncoder().encode('parts'));
        controller.close();
      },
    });
    await buyer()(url, { method: 'POST', body: 'text' });
    await buyer()(url, { method: 'POST', body: stream, duplex: 'half' });
    await buyer()(new Request(url, { method: 'PUT', body: 'of a request' }));
    expect(served).toEqual(['text', 'in parts', 'of a request']);
  });

  it('sends nothing of a body that it cannot keep', async () => {
    let asked = 0;
    const url = await serve((_request, response) => {
      asked += 1;
      response.end();
    });
    const call = buyer({ max_body_bytes: 10 })(url, { method: 'POST', body: 'eleven bytes' });
    expect(await failure(call)).toMatchObject({ code: 'body_not_replayable', url: `${url}/`, retryable: false });
    expect(asked).toBe(0);
  });

  it('leaves an Authorization of the caller’s own alone, and pays in another form', async () => {
    const url = await shop();
    const response = await buyer()(url, { headers: { authorization: 'Bearer of-the-seller' } });
    expect(paymentOf(response)?.header_name).toBe('PAYMENT-SIGNATURE');
    const only = await shop(['www-authenticate']);
    const call = buyer()(only, { headers: { authorization: 'Bearer of-the-seller' } });
    expect(await failure(call)).toMatchObject({ code: 'challenge_missing', status: 402 });
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0.05 });
  });
});

describe('A budget for requests', () => {
  it('A1: nothing is held for what costs more than one request may', async () => {
    const url = await shop();
    const call = buyer({ max_per_request: '0.049999' })(url);
    await expect(call).rejects.toMatchObject({ code: 'budget_exceeded', limit: '0.049999', requested: '0.05' });
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0 });
  });

  it('A1: 20 requests at once get what their session pays for, and not one more', async () => {
    const session = await market.client.sessions.open({ budget: '0.50', agent_id: 'buyer' });
    const url = await shop();
    const pay = buyer({ session });
    const settled = await Promise.allSettled(Array.from({ length: 20 }, () => pay(url)));
    const refused = settled.flatMap((each) => (each.status === 'rejected' ? [each.reason as unknown] : []));
    expect(refused).toHaveLength(10);
    for (const error of refused) {
      expect(error).toBeInstanceOf(DeclinedError);
      expect(error).toMatchObject({ code: 'session_budget_exceeded', scope: { id: session.session_id } });
    }
    expect(await market.client.sessions.get(session.session_id)).toMatchObject({ spent: 0.5, held: 0 });
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0.5 });
  });

  it('A12: what asks for another currency than the budget has is not paid', async () => {
    const { wallets } = await market.client.wallets.list();
    const treasury = wallets.find(({ owner }) => owner.kind === 'organization')!;
    await market.client.topups.create({
      wallet_id: treasury.wallet_id.replace('_usd', '_jpy'),
      amount: '100',
      currency: 'JPY',
    });
    const url = await serve((_request, response) => {
      response.writeHead(402, legacyHeader('yen', { currency: 'JPY', amount: '1' })).end();
    });
    const error = await failure(buyer({ max_per_request: '5' })(url));
    expect(error).toMatchObject({ code: 'currency_unexpected' });
    expect(await moneyOf(market)).toMatchObject({ held: 0 });
  });
});

describe('A 402 that cannot be paid', () => {
  it.each([
    ['says nothing', {}, 'challenge_missing'],
    ['asks for another scheme', { 'www-authenticate': 'Basic realm="a"' }, 'challenge_missing'],
    [
      'is for a chain',
      {
        'payment-required': Buffer.from(
          JSON.stringify(challengeV2({ network: 'eip155:8453', asset: '0xa', payTo: '0xb' })),
        ).toString('base64'),
      },
      'challenge_unsupported',
    ],
    ['is broken', { 'x-payment-required': '{"amount":' }, 'challenge_unsupported'],
  ])('is an error with URL and status where it %s', async (_name, headers, code) => {
    const url = await serve((_request, response) => void response.writeHead(402, headers).end('{}'));
    const error = await failure(buyer()(`${url}/page`));
    expect(error).toMatchObject({ code, url: `${url}/page`, status: 402, retryable: false, payment: undefined });
    expect(error.message).toContain(`${url}/page (HTTP 402)`);
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0 });
  });

  it('is paid in a second form where the first is for others', async () => {
    const url = await serve((request, response) => {
      if (request.headers['x-payment'] !== undefined) return void response.end('paid');
      response.writeHead(402, { ...legacyHeader('second'), 'payment-required': 'bm90aGluZw==' }).end();
    });
    expect(await (await buyer()(url)).text()).toBe('paid');
  });

  it('waits for an approval where one is needed, and says for which', async () => {
    await market.client.agents.patch('buyer', { approval_above: { amount: '0.01' } });
    const error = await failure(buyer()(await shop(['x-payment-required'])));
    expect(error).toMatchObject({ code: 'approval_pending', retryable: true });
    expect(await market.client.approvals.get(error.approval_id!)).toMatchObject({ status: 'pending' });
  });

  it('is not paid where a redirect led to another origin that asks', async () => {
    const other = await shop();
    const url = await serve((_request, response) => void response.writeHead(302, { location: other }).end());
    expect(await failure(buyer()(url))).toMatchObject({ code: 'challenge_elsewhere', url: `${url}/` });
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0 });
  });

  it('is paid where a redirect stayed within the origin', async () => {
    const page = await shop();
    const url = await serve((request, response) => {
      if (request.url === '/old') return void response.writeHead(302, { location: '/new' }).end();
      if (request.headers['x-payment'] !== undefined) return void response.end(`paid at ${request.url}`);
      response.writeHead(402, legacyHeader(page)).end();
    });
    expect(await (await buyer()(`${url}/old`)).text()).toBe('paid at /new');
  });
});

describe('A payment that the seller does not take', () => {
  it('C5: is made once, however often the same challenge is met', async () => {
    const seen: (string | undefined)[] = [];
    const url = await serve((request, response) => {
      seen.push(request.headers['x-payment'] as string | undefined);
      response.writeHead(402, legacyHeader('one')).end('still no');
    });
    const pay = buyer();
    const first = await failure(pay(url));
    expect(first).toMatchObject({ code: 'payment_not_accepted', status: 402, url: `${url}/` });
    expect(await first.response!.text()).toBe('still no');
    const again = await failure(pay(url));
    expect(again.payment).toEqual(first.payment);
    expect(seen).toEqual([undefined, first.payment!.header_value, undefined, first.payment!.header_value]);
    expect(await moneyOf(market)).toEqual({ held: 0.05, earned: 0 });
  });

  it.each([500, 503, 404])('is an error with the seller’s answer after %i, and can be sent again', async (status) => {
    const url = await serve((request, response) => {
      if (request.headers['x-payment'] === undefined)
        return void response.writeHead(402, legacyHeader(`n-${status}`)).end();
      response.writeHead(status).end('broken');
    });
    const error = await failure(buyer()(url));
    expect(error).toMatchObject({ code: 'payment_not_accepted', status });
    const taken = await market.x402.redeem(market.seller.token, error.payment!.header_value);
    expect(taken.status).toBe(200);
  });

  it('C3: is told from one that was not made where the seller falls silent', async () => {
    const url = await serve((request, response) => {
      if (request.headers['x-payment'] !== undefined) return void request.socket.destroy();
      response.writeHead(402, legacyHeader('silent')).end();
    });
    const error = await failure(buyer()(url));
    expect(error).toMatchObject({ code: 'seller_silent', status: undefined, retryable: true });
    expect(await market.client.payments.get(error.payment!.payment_id)).toMatchObject({ status: 'authorized' });
  });

  it('C5: never shows the payment to another origin', async () => {
    const strangers: IncomingMessage[] = [];
    const stranger = await serve((request, response) => {
      strangers.push(request);
      response.end();
    });
    const url = await serve((request, response) => {
      if (request.headers['x-payment'] === undefined) return void response.writeHead(402, legacyHeader('moved')).end();
      response.writeHead(307, { location: `${stranger}/collect` }).end();
    });
    expect(await failure(buyer()(url))).toMatchObject({ code: 'redirected', status: 307, url: `${url}/` });
    expect(strangers).toEqual([]);
  });

  it('follows a redirect within the origin with the payment', async () => {
    const asked: (string | undefined)[][] = [];
    const url = await serve((request, response, body) => {
      const payment = request.headers['x-payment'] as string | undefined;
      asked.push([request.method, request.url, body, payment === undefined ? 'unpaid' : 'paid']);
      if (payment === undefined) return void response.writeHead(402, legacyHeader('within')).end();
      if (request.url === '/') return void response.writeHead(303, { location: '/result' }).end();
      response.end('the result');
    });
    const response = await buyer()(url, { method: 'POST', body: 'work' });
    expect([await response.text(), paymentOf(response)?.amount]).toEqual(['the result', '0.05']);
    expect(asked).toEqual([
      ['POST', '/', 'work', 'unpaid'],
      ['POST', '/', 'work', 'paid'],
      ['GET', '/result', '', 'paid'],
    ]);
  });
});

describe('A way to Bursar that loses answers', () => {
  it('C1: holds once for one request', async () => {
    let lost = 0;
    const client = new BursarClient({
      url: world.instance.url,
      token: market.buyer.token,
      fetch: async (url, init) => {
        const response = await fetch(url, init);
        if (lost++ < 2) throw new TypeError('lost');
        return response;
      },
    });
    const header = Buffer.from(JSON.stringify(challengeV2())).toString('base64');
    const url = await serve((request, response) => {
      if (request.headers['payment-signature'] !== undefined) return void response.end('paid');
      response.writeHead(402, { 'payment-required': header }).end();
    });
    const response = await fetchWithBudget(client, { max_per_request: 1 })(url);
    expect([await response.text(), lost]).toEqual(['paid', 3]);
    expect(await moneyOf(market)).toEqual({ held: 0.05, earned: 0 });
  });
});
