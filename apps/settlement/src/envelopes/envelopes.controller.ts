import { JetStreamHandler, type BusContext } from '#bus';
import { STREAMS } from '#contracts';
import type { Logger } from '#observability';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import { answer } from '../answer.js';
import { ENVELOPE_BUS, LOGGER, PARTS, type EnvelopeBus, type SettlementParts } from '../ports.js';
import { redeemToken } from '../x402/redeem.js';
import { resolveChallenge } from '../x402/resolve.js';
import { settlePayment } from '../x402/settle.js';
import { verifyPayment } from '../x402/verify.js';
import { takeEnvelope, type EnvelopeParts } from './take-envelope.js';

const USE_CASES = {
  'x402.resolve': resolveChallenge,
  'x402.verify': verifyPayment,
  'x402.settle': settlePayment,
  'x402.redeem': redeemToken,
} as const;

/** Envelopes that were published on the bus settle the same way as those over HTTP. */
@Controller()
export class EnvelopesController {
  readonly #parts: EnvelopeParts;

  constructor(
    @Inject(PARTS) parts: SettlementParts,
    @Inject(ENVELOPE_BUS) private readonly bus: EnvelopeBus,
    @Inject(LOGGER) logger: Logger,
  ) {
    this.#parts = {
      settle: (call, request) => answer(logger, request, (one) => USE_CASES[call](parts, one)),
      reply: (subject, text) => bus.publish(subject, text),
    };
  }

  @JetStreamHandler({
    stream: STREAMS.envelopes,
    durable: 'settlement',
    filter: 'envelopes.>',
    format: 'bytes',
    at_a_time: 256,
    // A book may be away for long; an envelope that ends its process each time must still come to an end.
    deliveries_maximum: 1_000,
  })
  async take(@Payload() _bytes: Uint8Array, @Ctx() { source }: BusContext): Promise<void> {
    // Identity on the bus is the server's word (D16).
    if (await this.bus.vouched) return takeEnvelope(this.#parts, source);
    return source.deadLetter('bus_without_auth_callout');
  }
}
