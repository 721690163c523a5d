import { RequestHandler } from '#bus';
import { subjects, type SettlementAnswer, type SettlementRequest } from '#contracts';
import { Controller, Inject } from '@nestjs/common';
import type { SettlementCalls } from './calls.js';
import { wholeAnswer } from './whole-answer.js';
import { CALLS } from './ports.js';

/** Every call as a request on the bus, for gateways of other processes. */
@Controller()
export class SettlementController {
  constructor(@Inject(CALLS) private readonly calls: SettlementCalls) {}

  @RequestHandler(subjects.settlement('x402.supported'))
  supported(request: SettlementRequest): Promise<SettlementAnswer> {
    return this.calls.ask('x402.supported', request);
  }

  @RequestHandler(subjects.settlement('x402.resolve'))
  resolve(request: SettlementRequest): Promise<SettlementAnswer> {
    return this.calls.ask('x402.resolve', request);
  }

  @RequestHandler(subjects.settlement('x402.verify'))
  verify(request: SettlementRequest): Promise<SettlementAnswer> {
    return this.calls.ask('x402.verify', request);
  }

  @RequestHandler(subjects.settlement('x402.settle'))
  settle(request: SettlementRequest): Promise<SettlementAnswer> {
    return this.calls.ask('x402.settle', request);
  }

  @RequestHandler(subjects.settlement('x402.redeem'))
  redeem(request: SettlementRequest): Promise<SettlementAnswer> {
    return this.calls.ask('x402.redeem', request);
  }

  @RequestHandler(subjects.settlement('x402.status'))
  status(request: SettlementRequest): Promise<SettlementAnswer> {
    return this.calls.ask('x402.status', request);
  }

  @RequestHandler(subjects.settlement('discovery.list'))
  listResources(request: SettlementRequest): Promise<SettlementAnswer> {
    return this.calls.ask('discovery.list', request);
  }

  @RequestHandler(subjects.settlement('discovery.search'))
  searchResources(request: SettlementRequest): Promise<SettlementAnswer> {
    return this.calls.ask('discovery.search', request);
  }

  @RequestHandler(subjects.settlement('address.register'))
  registerAddress(request: SettlementRequest): Promise<SettlementAnswer> {
    return this.calls.ask('address.register', request);
  }

  @RequestHandler(subjects.settlement('address.list'))
  listAddresses(request: SettlementRequest): Promise<SettlementAnswer> {
    return this.calls.ask('address.list', request);
  }

  @RequestHandler(subjects.settlement('address.remove'))
  removeAddress(request: SettlementRequest): Promise<SettlementAnswer> {
    return this.calls.ask('address.remove', request);
  }

  @RequestHandler(subjects.settlement('service.pay'))
  payService(request: SettlementRequest): Promise<SettlementAnswer> {
    // Over the bus an answer is one message.
    return wholeAnswer(this.calls.ask('service.pay', request));
  }

  @RequestHandler(subjects.settlement('service.search'))
  search(request: SettlementRequest): Promise<SettlementAnswer> {
    return this.calls.ask('service.search', request);
  }

  @RequestHandler(subjects.settlement('service.email'))
  sendEmail(request: SettlementRequest): Promise<SettlementAnswer> {
    return this.calls.ask('service.email', request);
  }

  @RequestHandler(subjects.settlement('service.image'))
  makeImage(request: SettlementRequest): Promise<SettlementAnswer> {
    return this.calls.ask('service.image', request);
  }

  @RequestHandler(subjects.settlement('service.sms'))
  sendSms(request: SettlementRequest): Promise<SettlementAnswer> {
    return this.calls.ask('service.sms', request);
  }

  @RequestHandler(subjects.settlement('service.list'))
  listServices(request: SettlementRequest): Promise<SettlementAnswer> {
    return this.calls.ask('service.list', request);
  }

  @RequestHandler(subjects.settlement('service.show'))
  showService(request: SettlementRequest): Promise<SettlementAnswer> {
    return this.calls.ask('service.show', request);
  }

  @RequestHandler(subjects.settlement('service.define'))
  defineService(request: SettlementRequest): Promise<SettlementAnswer> {
    return this.calls.ask('service.define', request);
  }

  @RequestHandler(subjects.settlement('service.remove'))
  removeService(request: SettlementRequest): Promise<SettlementAnswer> {
    return this.calls.ask('service.remove', request);
  }

  @RequestHandler(subjects.settlement('service.keep_secret'))
  keepSecret(request: SettlementRequest): Promise<SettlementAnswer> {
    return this.calls.ask('service.keep_secret', request);
  }

  @RequestHandler(subjects.settlement('service.remove_secret'))
  removeSecret(request: SettlementRequest): Promise<SettlementAnswer> {
    return this.calls.ask('service.remove_secret', request);
  }

  @RequestHandler(subjects.settlement('receipt.read'))
  readReceipt(request: SettlementRequest): Promise<SettlementAnswer> {
    return this.calls.ask('receipt.read', request);
  }

  @RequestHandler(subjects.settlement('jwks'))
  publishedKeys(request: SettlementRequest): Promise<SettlementAnswer> {
    return this.calls.ask('jwks', request);
  }
}
