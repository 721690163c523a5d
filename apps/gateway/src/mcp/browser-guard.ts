import type { FastifyRequest } from 'fastify';
import { refuse } from '../http/http-reply.js';

const LOOPBACK_ADDRESS = /^(127\.|::1$|::ffff:127\.)/;
const LOOPBACK_NAME = /^(localhost|127(\.\d{1,3}){3}|\[::1\])(:\d+)?$/i;

/**
 * Against pages that a browser shows, whose name may have been bound to this machine (DNS rebinding): a browser says by `Origin` where the
 * page is from, which has to be one that was allowed; and who is asked over the loopback is asked by a loopback name, or by the name
 * of an origin that was allowed.
 */
export function refuseStrangePages(request: FastifyRequest, allowed: readonly string[]): void {
  const { origin, host } = request.headers;
  if (origin !== undefined && !allowed.includes(origin)) refuse('origin_not_allowed');
  if (!LOOPBACK_ADDRESS.test(request.socket.localAddress ?? '')) return;
  if (host !== undefined && LOOPBACK_NAME.test(host)) return;
  if (!allowed.some((each) => new URL(each).host === host)) refuse('origin_not_allowed');
}
