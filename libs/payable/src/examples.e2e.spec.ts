import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { EndToEnd } from '../../../test/support/end-to-end.js';
import { moneyOf, openMarket, type Market } from '../../../test/support/market.js';
import { paidReports, paidServer } from '../examples/paid-reports.js';

let world: EndToEnd;
beforeAll(async () => void (world = await EndToEnd.begin()), 120_000);
afterAll(() => world?.end());

const payee = ({ seller }: Market) => ({ url: world.instance.url, token: seller.token, payTo: 'seller' });

/** Meets the 402 of an address, pays it, and comes back. */
async function buy(market: Market, url: string): Promise<unknown> {
  const asked = await fetch(url);
  const { json } = await market.x402.resolve(market.buyer.token, asked.headers.get('payment-required'));
  const answer = await fetch(url, { headers: { [String(json['header_name'])]: String(json['header_value']) } });
  return [asked.status, answer.status, await answer.json()];
}

describe('The example of the README', () => {
  it('A6: sells a route of Nest for a cent', async () => {
    const market = await openMarket(world);
    @Module({ controllers: [paidReports(payee(market))] })
    class Shop {}
    const nest = await NestFactory.create<NestFastifyApplication>(Shop, new FastifyAdapter(), { logger: false });
    await nest.listen(0, '127.0.0.1');
    expect(await buy(market, `${await nest.getUrl()}/report`)).toEqual([402, 200, { report: 'heat pumps' }]);
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0.01 });
    await nest.close();
  });

  it('A6: sells a page of any server that takes a middleware', async () => {
    const market = await openMarket(world);
    const server = paidServer(payee(market));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    expect(await buy(market, `http://127.0.0.1:${port}/report`)).toEqual([402, 200, { report: 'heat pumps' }]);
    expect(await moneyOf(market)).toEqual({ held: 0, earned: 0.01 });
    server.closeAllConnections();
    server.close();
  });
});
