import type { OwnerAnswer, OwnerResponse } from '#contracts';

/** Somewhat below what a nats-server takes as one message (deploy/nats/bursar.conf: `max_payload`). */
const BYTES_MAXIMUM = 900_000;

/** Callers send the same command again (`OwnerChannel`): a query is asked anew, and what moved money has its key. */
const ASK_AGAIN: OwnerAnswer = { kind: 'unavailable', code: 'book_unavailable' };

/** The text of a response. Answers that do not fit into one message are replaced by one that lets them be asked for again. */
export function responseText(response: OwnerResponse): string {
  const text = JSON.stringify(response);
  // At most three bytes a character: nearly every response is known to fit without a look at its bytes.
  if (text.length * 3 <= BYTES_MAXIMUM || Buffer.byteLength(text) <= BYTES_MAXIMUM) return text;
  let bytes = 0;
  const answers = response.answers.map((answer) => {
    const size = Buffer.byteLength(JSON.stringify(answer));
    if (bytes > 0 && bytes + size > BYTES_MAXIMUM) return ASK_AGAIN;
    bytes += size;
    return answer;
  });
  return JSON.stringify({ answers } satisfies OwnerResponse);
}
