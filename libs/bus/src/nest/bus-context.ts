import { BaseRpcContext } from '@nestjs/microservices';
import type { Msg } from '@nats-io/transport-node';
import type { BusMessage } from '../bus-message.js';

/**
 * `@Ctx()` of a handler: the message it is called for, the messages of a batch, or the request. As everywhere in Nest, a
 * method that names its context must write `@Payload()` at its data.
 */
export class BusContext<Source extends BusMessage | readonly BusMessage[] | Msg = BusMessage> extends BaseRpcContext<
  [Source]
> {
  get source(): Source {
    return this.getArgByIndex(0) as Source;
  }
}
