import { Controller, Inject } from '@nestjs/common';
import { BatchHandler, OwnerRequestHandler, type BusMessage, type OwnerCall } from '#bus';
import { STREAMS } from '#contracts';
import { AuthorizationProcess } from './process/authorization-process.js';

/** The three ways into a book, each in batches: what comes in while the owner writes is decided in its next cycle. */
@Controller()
export class AuthorizationController {
  constructor(@Inject(AuthorizationProcess) private readonly authorization: AuthorizationProcess) {}

  @BatchHandler({ stream: STREAMS.intents })
  intents(messages: BusMessage[]): Promise<void> {
    return this.authorization.takeIntents(messages);
  }

  @BatchHandler({ stream: STREAMS.commands })
  commands(messages: BusMessage[]): void {
    this.authorization.takeCommands(messages);
  }

  @OwnerRequestHandler()
  requests(calls: OwnerCall[]): void {
    this.authorization.takeOwnerCalls(calls);
  }
}
