import { BursarClient } from '#client';
import { readJson } from '#contracts';
import { answerMcpRequest, mcpCallerOf } from '#mcp-server';
import type { FastifyRequest } from 'fastify';
import { bodyText, refuseQuery } from '../http/body.js';
import { bearerOf, readCaller } from '../http/caller.js';
import { jsonReply, refuse, type HttpReply } from '../http/http-reply.js';
import { verifyReader } from '../http/verified-reader.js';
import type { OwnerGateway } from '../ports.js';
import { inProcessFetch } from './in-process-fetch.js';

/** Headers of the protocol's own, which the transport reads; the credential is for the calls. */
const PROTOCOL_HEADERS = ['accept', 'content-type', 'mcp-protocol-version'];
/** A model's client waits a minute: less, so that it hears what became of its call. */
const DEADLINE_MS = 25_000;
const VERSION = '1';

/**
 * `POST /mcp`: one message of the Model Context Protocol, for the agent or session whose token it came with. The credential is verified
 * before anything is answered, so one that was revoked in the middle is 401 here.
 */
export async function answerMcp(request: FastifyRequest, owner: OwnerGateway): Promise<HttpReply> {
  refuseQuery(request);
  const credential = await verifyReader(readCaller(request), owner);
  const { 'bursar-session': session, traceparent } = request.headers;
  const [token, session_token] = [bearerOf(request), session === undefined ? undefined : String(session).trim()];
  const caller = mcpCallerOf(token, session_token);
  if (!caller) refuse('agent_credential_required', { scope: { kind: credential.kind, id: credential.subject } });
  const text = bodyText(request);
  const read = readJson(text);
  if (!read.ok) return malformed(read.problems.map(({ field, message }) => `${field} ${message}`).join('; '));
  const trace: Record<string, string> = typeof traceparent === 'string' ? { traceparent } : {};
  const client = new BursarClient({
    url: 'http://in-process',
    token,
    session_token,
    deadline_ms: DEADLINE_MS,
    attempt_timeout_ms: DEADLINE_MS,
    fetch: inProcessFetch(request.server, trace),
  });
  const headers = PROTOCOL_HEADERS.flatMap((name) => {
    const value = request.headers[name];
    return value === undefined ? [] : [[name, String(value)] as [string, string]];
  });
  const message = new Request('http://in-process/mcp', { method: 'POST', headers, body: text });
  const onFault = (err: unknown): void => request.server.failures.error({ err }, 'A tool failed');
  return replyOf(await answerMcpRequest(message, { client, caller, version: VERSION, onFault }));
}

async function replyOf(response: Response): Promise<HttpReply> {
  const contentType = response.headers.get('content-type') ?? 'application/json';
  return { status: response.status, contentType, body: await response.text() };
}

function malformed(why: string): HttpReply {
  return jsonReply(400, { jsonrpc: '2.0', error: { code: -32_700, message: `Parse error: ${why}` }, id: null });
}
