import { Controller, Get, InternalServerErrorException, Module, Req, UseInterceptors } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Payable, paymentOf, type PayableOptions } from '#payable';
import { METERED, PRICE, routes, type Shop } from './goods.js';

/** A real Nest application whose routes are payable. */
export async function nestShop(till: PayableOptions): Promise<Shop> {
  const paid = new Payable(till);
  let served = 0;

  @Controller()
  class Pages {
    [page: string]: (request: object) => object;
  }
  for (const [path, { scheme, flow, fails }] of Object.entries(routes)) {
    Pages.prototype[path] = (request) => {
      served += 1;
      if (fails) throw new InternalServerErrorException({ failed: path });
      if (scheme === 'upto') paymentOf(request)!.charge({ amount: METERED, asset: 'USD' });
      return { sold: path };
    };
    const method = Object.getOwnPropertyDescriptor(Pages.prototype, path)!;
    Get(path)(Pages.prototype, path, method);
    UseInterceptors(paid.interceptor(PRICE, { scheme, flow }))(Pages.prototype, path, method);
    Req()(Pages.prototype, path, 0);
  }

  @Module({ controllers: [Pages] })
  class Shopping {}

  const nest = await NestFactory.create<NestFastifyApplication>(Shopping, new FastifyAdapter(), { logger: false });
  await nest.listen(0, '127.0.0.1');
  return { url: await nest.getUrl(), served: () => served, close: () => void nest.close() };
}
