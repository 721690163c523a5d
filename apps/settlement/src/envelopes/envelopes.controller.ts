import { JetStreamHandler, type BusContext } from '#bus';
import { STREAMS } from '#contracts';
import { Controller, Inject } from '@nestjs/common';
import { Ctx, Payload } from '@nestjs/microservices';
import type { SettlementCalls } from '../calls.js';
import { CALLS, ENVELOPE_BUS, type EnvelopeBus } from '../ports.js';
import { takeEnvelope, type EnvelopeParts } from './take-envelope.js';

/** Envelopes that were published on the bus settle the same way as those over HTTP. */
@Controller()
export class EnvelopesController {
  readonly #parts: EnvelopeParts;

  constructor(
    @Inject(CALLS) calls: SettlementCalls,
    @Inject(ENVELOPE_BUS) private readonly bus: EnvelopeBus,
  ) {
    this.#parts = {
      settle: (call, request) => calls.ask(call, request),
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
