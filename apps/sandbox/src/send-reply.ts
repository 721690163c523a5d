import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Answer } from './exchange.js';
import type { Reply } from './upstream.js';

/** Said with every answer, so that nobody takes one for a provider's. */
export const MARK = { 'bursar-sandbox': 'true' };

const GARBAGE = '<!doctype html><p>this is no { "json": [';

/** Writes the answer, or what a trigger makes of it. Callers that are gone end it. */
export async function sendReply(response: ServerResponse, { answer, trouble, chunk_ms }: Reply): Promise<void> {
  if (trouble.hangup) return void response.destroy();
  const { content } = answer;
  if (content.kind === 'events' && !trouble.garbage && !trouble.empty) {
    return sendEvents(response, answer, content.data, chunk_ms, trouble.cut === true);
  }
  const [type, body] = bodyOf(answer, trouble);
  const described = type === undefined ? {} : { 'content-type': type };
  const headers: OutgoingHttpHeaders = {};
  Object.assign(headers, answer.headers, MARK, described, { 'content-length': body.length });
  response.writeHead(answer.status, headers);
  if (!trouble.cut) return void response.end(body);
  response.write(body.subarray(0, Math.floor(body.length / 2)), () => response.destroy());
}

function bodyOf({ content }: Answer, { garbage, empty, bytes }: Reply['trouble']): [string | undefined, Buffer] {
  const type = typeOf(content);
  if (empty) return [type, Buffer.alloc(0)];
  if (garbage) return [type, Buffer.from(GARBAGE)];
  switch (content.kind) {
    case 'json':
      return [type, Buffer.from(bytes === undefined ? JSON.stringify(content.value) : padded(content.value, bytes))];
    case 'text':
      return [type, Buffer.from(content.text.padEnd(bytes ?? 0, ' '))];
    case 'events':
    case 'nothing':
      return [type, Buffer.alloc(0)];
  }
}

function typeOf(content: Answer['content']): string | undefined {
  switch (content.kind) {
    case 'json':
      return 'application/json';
    case 'text':
      return content.type;
    case 'events':
      return 'text/event-stream; charset=utf-8';
    case 'nothing':
      return undefined;
  }
}

/** The same JSON with one more field, so that it has so many bytes. */
function padded(value: object, bytes: number): string {
  const shortest = JSON.stringify({ ...value, sandbox_padding: '' });
  const missing = Math.max(0, bytes - Buffer.byteLength(shortest));
  return JSON.stringify({ ...value, sandbox_padding: 'x'.repeat(missing) });
}

async function sendEvents(
  response: ServerResponse,
  answer: Answer,
  data: readonly string[],
  chunk_ms: number,
  isCut: boolean,
): Promise<void> {
  response.writeHead(answer.status, { ...MARK, 'content-type': typeOf(answer.content), 'cache-control': 'no-cache' });
  const sent = isCut ? data.slice(0, Math.floor(data.length / 2)) : data;
  for (const each of sent) {
    if (response.destroyed) return;
    // Until it is on its way: what is broken off later has come so far.
    await new Promise((resolve) => response.write(`data: ${each}\n\n`, resolve));
    if (chunk_ms > 0) await sleep(chunk_ms);
  }
  if (isCut) response.destroy();
  else response.end();
}
