import { ReplyInParts } from '#bus';
import type { SettlementAnswer } from '#contracts';

/** As much of a body as surely goes into one message (1 MiB) with all else, in JSON within JSON. */
const CHARACTERS_OF_ONE = 128 * 1024;

/** An answer as it goes over the bus: in parts where it comes as time goes by, or is larger than a message. */
export function answerInParts(answer: SettlementAnswer): SettlementAnswer | ReplyInParts {
  if (answer.kind !== 'done') return answer;
  const { stream, body, ...head } = answer;
  if (stream === undefined && body.length <= CHARACTERS_OF_ONE) return answer;
  return new ReplyInParts({ ...head, body: '' }, textsOf(body, stream));
}

async function* textsOf(body: string, stream: AsyncIterable<string> | undefined): AsyncGenerator<string> {
  yield body;
  if (stream) yield* stream;
}
