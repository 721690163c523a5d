import { decodeOwnerRequest } from '#contracts';
import type { BusMessage } from '#bus';
import type { Clock } from '../ports.js';
import type { Owner } from '../owner/owner.js';
import { withOwnKey } from './prepare.js';

/**
 * Takes commands that services must not lose (captures, voids, refunds) from the work queue COMMANDS: one OwnerRequest with
 * one command a message. Acked after its decision is in the log; one that is refused without a record goes to the dead
 * letters, since nobody waits for its answer.
 */
export function takeCommands(parts: { owner: Owner; clock: Clock }, messages: readonly BusMessage[]): void {
  for (const message of messages) takeCommand(parts, message);
}

function takeCommand({ owner, clock }: { owner: Owner; clock: Clock }, message: BusMessage): void {
  const request = readCommand(message);
  if (!request) return;
  owner.submit({
    partition: message.partition,
    request: withOwnKey(request),
    arrived_at: clock.now(),
    poisoned: (reason) => void message.deadLetter('command_not_storable', reason),
    answer: (answer) => {
      if (answer.kind === 'unavailable') return message.retry(answer.retry_after_ms ?? 1_000);
      if (answer.kind === 'refused' && !answer.recorded)
        return void message.deadLetter(answer.refusal.code, `${request.type} was refused`);
      message.ack();
    },
  });
}

function readCommand(message: BusMessage): ReturnType<typeof decodeOwnerRequest>['commands'][number] | undefined {
  try {
    const { commands } = decodeOwnerRequest(message.text());
    if (commands.length === 1) return commands[0];
    void message.deadLetter('command_malformed', `${commands.length} commands in one message`);
  } catch (error) {
    void message.deadLetter('command_malformed', String(error));
  }
  return undefined;
}
