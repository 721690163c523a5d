export { Payable } from './payable.js';
export type { PayableOptions, PayableRequest, RouteOptions, RoutePrice } from './options.js';
export { paymentOf, type Payment } from './payment.js';
export type { Middleware } from './express.js';
