import { problemOfCode } from '#contracts';
import type { Socket } from 'node:net';
import { problemReply } from './http-reply.js';

/** What Node refuses before there is a request: broken HTTP, headers that are too large, or that came too slowly. */
export function refuseMalformedHttp(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy();
    return;
  }
  const { status, contentType, body } = problemReply(problemOfCode('request_malformed'));
  const head = [
    `HTTP/1.1 ${status} Bad Request`,
    `content-type: ${contentType}`,
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  socket.end([...head, 'connection: close', '', body].join('\r\n'));
}
