import { RequestHandler, type ReplyInParts } from '#bus';
import { subjects, type SettlementAnswer, type SettlementCall, type SettlementRequest } from '#contracts';
import { Controller, Inject } from '@nestjs/common';
import { answerInParts } from './answer-in-parts.js';
import type { SettlementCalls } from './calls.js';
import { CALLS } from './ports.js';

type BusAnswer = SettlementAnswer | ReplyInParts;

/** Every call as a request on the bus, for gateways of other processes. */
@Controller()
export class SettlementController {
  constructor(@Inject(CALLS) private readonly calls: SettlementCalls) {}

  @RequestHandler(subjects.settlement('x402.supported'))
  supported(request: SettlementRequest): Promise<BusAnswer> {
    return this.#ask('x402.supported', request);
  }

  @RequestHandler(subjects.settlement('x402.resolve'))
  resolve(request: SettlementRequest): Promise<BusAnswer> {
    return this.#ask('x402.resolve', request);
  }

  @RequestHandler(subjects.settlement('x402.verify'))
  verify(request: SettlementRequest): Promise<BusAnswer> {
    return this.#ask('x402.verify', request);
  }

  @RequestHandler(subjects.settlement('x402.settle'))
  settle(request: SettlementRequest): Promise<BusAnswer> {
    return this.#ask('x402.settle', request);
  }

  @RequestHandler(subjects.settlement('x402.redeem'))
  redeem(request: SettlementRequest): Promise<BusAnswer> {
    return this.#ask('x402.redeem', request);
  }

  @RequestHandler(subjects.settlement('x402.status'))
  status(request: SettlementRequest): Promise<BusAnswer> {
    return this.#ask('x402.status', request);
  }

  @RequestHandler(subjects.settlement('discovery.list'))
  listResources(request: SettlementRequest): Promise<BusAnswer> {
    return this.#ask('discovery.list', request);
  }

  @RequestHandler(subjects.settlement('discovery.search'))
  searchResources(request: SettlementRequest): Promise<BusAnswer> {
    return this.#ask('discovery.search', request);
  }

  @RequestHandler(subjects.settlement('address.register'))
  registerAddress(request: SettlementRequest): Promise<BusAnswer> {
    return this.#ask('address.register', request);
  }

  @RequestHandler(subjects.settlement('address.list'))
  listAddresses(request: SettlementRequest): Promise<BusAnswer> {
    return this.#ask('address.list', request);
  }

  @RequestHandler(subjects.settlement('address.remove'))
  removeAddress(request: SettlementRequest): Promise<BusAnswer> {
    return this.#ask('address.remove', request);
  }

  @RequestHandler(subjects.settlement('service.pay'))
  payService(request: SettlementRequest): Promise<BusAnswer> {
    return this.#ask('service.pay', request);
  }

  @RequestHandler(subjects.settlement('service.search'))
  search(request: SettlementRequest): Promise<BusAnswer> {
    return this.#ask('service.search', request);
  }

  @RequestHandler(subjects.settlement('service.email'))
  sendEmail(request: SettlementRequest): Promise<BusAnswer> {
    return this.#ask('service.email', request);
  }

  @RequestHandler(subjects.settlement('service.image'))
  makeImage(request: SettlementRequest): Promise<BusAnswer> {
    return this.#ask('service.image', request);
  }

  @RequestHandler(subjects.settlement('service.sms'))
  sendSms(request: SettlementRequest): Promise<BusAnswer> {
    return this.#ask('service.sms', request);
  }

  @RequestHandler(subjects.settlement('service.list'))
  listServices(request: SettlementRequest): Promise<BusAnswer> {
    return this.#ask('service.list', request);
  }

  @RequestHandler(subjects.settlement('service.show'))
  showService(request: SettlementRequest): Promise<BusAnswer> {
    return this.#ask('service.show', request);
  }

  @RequestHandler(subjects.settlement('service.define'))
  defineService(request: SettlementRequest): Promise<BusAnswer> {
    return this.#ask('service.define', request);
  }

  @RequestHandler(subjects.settlement('service.remove'))
  removeService(request: SettlementRequest): Promise<BusAnswer> {
    return this.#ask('service.remove', request);
  }

  @RequestHandler(subjects.settlement('service.keep_secret'))
  keepSecret(request: SettlementRequest): Promise<BusAnswer> {
    return this.#ask('service.keep_secret', request);
  }

  @RequestHandler(subjects.settlement('service.remove_secret'))
  removeSecret(request: SettlementRequest): Promise<BusAnswer> {
    return this.#ask('service.remove_secret', request);
  }

  @RequestHandler(subjects.settlement('receipt.read'))
  readReceipt(request: SettlementRequest): Promise<BusAnswer> {
    return this.#ask('receipt.read', request);
  }

  @RequestHandler(subjects.settlement('jwks'))
  publishedKeys(request: SettlementRequest): Promise<BusAnswer> {
    return this.#ask('jwks', request);
  }

  async #ask(call: SettlementCall, request: SettlementRequest): Promise<BusAnswer> {
    return answerInParts(await this.calls.ask(call, request));
  }
}
