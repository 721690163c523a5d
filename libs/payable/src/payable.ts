import { middlewareOf, type Middleware } from './express.js';
import { Facilitator } from './facilitator.js';
import { PayableInterceptor } from './nest.js';
import type { PayableOptions, RouteOptions, RoutePrice } from './options.js';
import { PayableRoute } from './payable-route.js';

/**
 * Makes routes cost money that is paid through Bursar: by x402 v2 and v1, and by the older 402 form, whichever the client speaks.
 *
 * @example
 * const paid = new Payable({ url: 'http://127.0.0.1:8402', token, payTo: 'writer' });
 * app.get('/report', paid.route('$0.01'), (request, response) => response.json(report));
 */
export class Payable {
  readonly #facilitator: Facilitator;

  constructor(private readonly options: PayableOptions) {
    this.#facilitator = new Facilitator(options);
  }

  /** A middleware of Express, to stand before the route's handler. */
  route(price: RoutePrice, route: RouteOptions = {}): Middleware {
    return middlewareOf(this.#priced(price, route));
  }

  /** An interceptor of Nest: `@UseInterceptors(paid.interceptor('$0.01'))`. */
  interceptor(price: RoutePrice, route: RouteOptions = {}): PayableInterceptor {
    return new PayableInterceptor(this.#priced(price, route));
  }

  #priced(price: RoutePrice, route: RouteOptions): PayableRoute {
    return new PayableRoute(this.#facilitator, this.options, price, route);
  }
}
