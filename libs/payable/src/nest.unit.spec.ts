import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { JsonObject } from '#contracts';
import { readLedgerChallenge, readPaymentReceipt, writeCredential } from '#mpp';
import { Controller, ForbiddenException, Get, Header, HttpCode, Module, Req, UseInterceptors } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { ScriptedFacilitator } from '../test-support/scripted-facilitator.js';
import { encoded, header } from '../test-support/seller.js';
import { Payable, paymentOf, type RouteOptions } from './index.js';

let facilitator: ScriptedFacilitator;
let nest: NestFastifyApplication | undefined;
beforeEach(async () => void (facilitator = await ScriptedFacilitator.start()));
afterEach(async () => {
  await nest?.close();
  facilitator.close();
});

/** A real Nest application with payable routes; answers a way to pay for one of them. */
async function application(route: RouteOptions = {}) {
  const paid = new Payable({ url: facilitator.url, token: 'seller', payTo: 'writer', deadline_ms: 100 });
  let served = 0;

  @Controller()
  class Pages {
    @Get('page')
    @Header('cache-control', 'max-age=60')
    @UseInterceptors(paid.interceptor('$0.01', route))
    page() {
      served += 1;
      return { page: 1 };
    }

    @Get('failing')
    @UseInterceptors(paid.interceptor('$0.01', route))
    failing() {
      throw new ForbiddenException('not you');
    }

    @Get('unwell')
    @HttpCode(503)
    @UseInterceptors(paid.interceptor('$0.01', route))
    unwell() {
      return { unwell: 1 };
    }

    @Get('metered')
    @UseInterceptors(paid.interceptor('$0.01', { scheme: 'upto' }))
    metered(@Req() request: object) {
      paymentOf(request)!.charge('$0.004');
      return { metered: 1 };
    }
  }

  @Module({ controllers: [Pages] })
  class Shop {}

  nest = await NestFactory.create<NestFastifyApplication>(Shop, new FastifyAdapter(), { logger: false });
  await nest.listen(0, '127.0.0.1');
  const url = await nest.getUrl();
  const pay = async (path: string) => {
    const [accepted] = header(await fetch(`${url}${path}`), 'payment-required')['accepts'] as JsonObject[];
    const payload = { x402Version: 2, accepted, payload: { token: 'a.b.c' } };
    return fetch(`${url}${path}`, { headers: { 'PAYMENT-SIGNATURE': encoded(payload) } });
  };
  return { url, pay, served: () => served };
}

describe('A payable route of Nest', () => {
  it('A6: asks in all forms, and runs nothing before it is paid', async () => {
    const { url, served } = await application();
    const answer = await fetch(`${url}/page`);
    expect(answer.status).toBe(402);
    expect(answer.headers.get('cache-control')).toBe('no-store');
    expect(header(answer, 'payment-required')).toMatchObject({ resource: { url: expect.stringMatching(/\/page$/) } });
    expect(header(answer, 'x-payment-required')).toMatchObject({ destination: 'writer', amount: '0.01' });
    expect(await answer.json()).toMatchObject({ x402Version: 1, accepts: [{ network: 'ledger:test' }] });
    expect(served()).toBe(0);
  });

  it('A6: asks by the scheme Payment too, in a problem document, and answers it with a receipt', async () => {
    const { url, served } = await application();
    const answer = await fetch(`${url}/page`);
    expect(answer.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const read = readLedgerChallenge(answer.headers.get('www-authenticate')!, 'ledger:test');
    if (!read.ok) throw new Error(JSON.stringify(read));
    const { challenge } = read.challenge;
    expect(await answer.json()).toMatchObject({ status: 402, challengeId: challenge.id, x402Version: 1 });
    const authorization = writeCredential({ challenge, payload: { token: 'a.b.c' } });
    const paid = await fetch(`${url}/page`, { headers: { authorization } });
    expect([paid.status, await paid.json()]).toEqual([200, { page: 1 }]);
    expect(readPaymentReceipt(paid.headers.get('payment-receipt')!)).toMatchObject({ reference: 'pay_1' });
    expect(served()).toBe(1);
    const broken = await fetch(`${url}/page`, { headers: { authorization: 'Payment !' } });
    expect(await broken.json()).toMatchObject({ type: 'https://paymentauth.org/problems/malformed-credential' });
  });

  it('C4: is served once it is paid, with the proof beside the answer', async () => {
    const { pay, served } = await application();
    const answer = await pay('/page');
    expect(answer.status).toBe(200);
    expect(await answer.json()).toEqual({ page: 1 });
    expect(header(answer, 'payment-response')).toMatchObject({ success: true, transaction: 'pay_1' });
    expect(answer.headers.get('cache-control')).toContain('private');
    expect(served()).toBe(1);
    expect(facilitator.steps).toEqual(['verify', 'capture 10000']);
  });

  it('C4: shows nothing where the settlement fails', async () => {
    facilitator.settle = () => ({
      body: { success: false, errorReason: 'duplicate_settlement', transaction: 'pay_1', network: 'ledger:test' },
    });
    const { pay } = await application();
    const answer = await pay('/page');
    expect(answer.status).toBe(402);
    expect(header(answer, 'payment-response')).toMatchObject({ success: false, errorReason: 'duplicate_settlement' });
    expect(await answer.text()).not.toContain('page":1');
  });

  it.each(['/failing', '/unwell'])('B3: gives the hold back where %s fails', async (path) => {
    const { pay } = await application();
    const answer = await pay(path);
    expect(answer.status).toBe(path === '/failing' ? 403 : 503);
    expect(await answer.text()).toMatch(/not you|unwell/);
    expect(facilitator.steps).toEqual(['verify', 'capture 0']);
  });

  it('B3: in escrow the hold is voided, and the payer is told so', async () => {
    const { pay } = await application({ flow: 'escrow' });
    const answer = await pay('/failing');
    expect(answer.status).toBe(403);
    expect(header(answer, 'payment-response')).toMatchObject({ success: true });
    expect(facilitator.steps).toEqual(['authorize 10000', 'void 10000']);
  });

  it('B4: charges what the handler says', async () => {
    const { pay } = await application();
    expect((await pay('/metered')).status).toBe(200);
    expect(facilitator.steps).toEqual(['verify', 'capture 4000']);
  });

  it('A7: answers 503 where Bursar does not answer', async () => {
    facilitator.verify = () => 'hang up';
    const { pay, served } = await application();
    expect((await pay('/page')).status).toBe(503);
    expect(served()).toBe(0);
  });
});
