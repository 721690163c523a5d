import { createLogger } from '#observability';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { createGateway } from '../src/create-gateway.js';
import { partsOfNothing } from '../src/openapi/parts-of-nothing.js';
import type { GatewayParts } from '../src/gateway.module.js';
import { RememberedNotes } from './remembered-notes.js';
import { ScriptedOwner } from './scripted-owner.js';

export interface GatewayUnderTest {
  owner: ScriptedOwner;
  notes: RememberedNotes;
  app: NestFastifyApplication;
  url: string;
  call(method: string, path: string, options?: CallOptions): Promise<Called>;
  close(): Promise<void>;
}

export interface CallOptions {
  token?: string | null;
  headers?: Record<string, string>;
  /** Text goes out as it is, anything else as JSON. */
  body?: unknown;
}

export interface Called {
  status: number;
  headers: Headers;
  text: string;
  json: Record<string, unknown>;
}

export const ADMIN_KEY = 'an-admin-key-of-the-first-org';

/** A gateway on a free port, before a scripted owner; parts can be replaced. */
export async function startGateway(parts: Partial<GatewayParts> = {}): Promise<GatewayUnderTest> {
  const owner = new ScriptedOwner();
  const notes = new RememberedNotes();
  const everything = { ...partsOfNothing(), owner, notes, ...parts };
  const app = await createGateway(everything, createLogger({ service: 'gateway', level: 'silent' }));
  await app.listen(0, '127.0.0.1');
  const url = (await app.getUrl()).replace('localhost', '127.0.0.1');
  return {
    owner,
    notes,
    app,
    url,
    call: (method, path, options) => call(url, method, path, options),
    close: () => app.close(),
  };
}

async function call(url: string, method: string, path: string, options: CallOptions = {}): Promise<Called> {
  const { token = ADMIN_KEY, body } = options;
  const headers: Record<string, string> = { ...(token === null ? {} : { authorization: `Bearer ${token}` }) };
  if (body !== undefined) headers['content-type'] = 'application/json';
  const response = await fetch(url + path, {
    method,
    headers: { ...headers, ...options.headers },
    body:
      body === undefined
        ? undefined
        : body instanceof Uint8Array || typeof body === 'string'
          ? body
          : JSON.stringify(body),
  });
  const text = await response.text();
  const isJson = /json/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? (JSON.parse(text) as Record<string, unknown>) : {},
  };
}
