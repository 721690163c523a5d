import { createServer, type Server } from 'node:http';
import { Controller, Get, UseInterceptors, type Type } from '@nestjs/common';
import { Payable, type PayableOptions } from '#payable';

/** A controller of Nest, one of whose routes costs a cent. */
export function paidReports(options: PayableOptions): Type {
  const paid = new Payable(options);

  @Controller()
  class Reports {
    @Get('report')
    @UseInterceptors(paid.interceptor('$0.01'))
    report() {
      return { report: 'heat pumps' };
    }
  }
  return Reports;
}

/** The same with a middleware, which Express takes as `app.get('/report', paid.route('$0.01'), …)`. */
export function paidServer(options: PayableOptions): Server {
  const route = new Payable(options).route('$0.01');
  return createServer((request, response) => {
    void route(request as never, response, () => response.end('{"report":"heat pumps"}'));
  });
}
