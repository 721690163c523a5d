import { expect } from '@jest/globals';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js';

export type Way = 'http' | 'stdio';
export const WAYS: readonly Way[] = ['http', 'stdio'];

/** Clients as models' programs have them; `urlOf` gives the address of the Bursar once the tests have begun. */
export function mcpClients(urlOf: () => string) {
  const clients: Client[] = [];

  /** The SDK's own client, connected as a model's program connects: over HTTP, or to a process `bursar mcp` of its own. */
  async function connect(way: Way, token: string, session?: string): Promise<Client> {
    const client = new Client({ name: 'test', version: '1' });
    clients.push(client);
    await client.connect(way === 'http' ? overHttp(token, session) : overStdio(token, session));
    return client;
  }

  function overHttp(token: string, session?: string): StreamableHTTPClientTransport {
    const headers = {
      authorization: `Bearer ${token}`,
      ...(session === undefined ? {} : { 'bursar-session': session }),
    };
    return new StreamableHTTPClientTransport(new URL(`${urlOf()}/mcp`), { requestInit: { headers } });
  }

  function overStdio(token: string, session?: string): StdioClientTransport {
    return new StdioClientTransport({
      command: process.execPath,
      stderr: 'ignore',
      args: ['apps/cli/bursar.js', 'mcp'],
      env: {
        BURSAR_URL: urlOf(),
        BURSAR_API_KEY: token,
        ...(session === undefined ? {} : { BURSAR_SESSION_TOKEN: session }),
      },
    });
  }

  const closeAll = () => Promise.all(clients.splice(0).map((client) => client.close()));

  return { connect, overStdio, closeAll };
}

export interface Called {
  failed: boolean;
  /** What the text says, which structured content says too where the call did not fail. */
  json: Record<string, unknown>;
}

export async function call(client: Client, name: string, values: Record<string, unknown> = {}): Promise<Called> {
  const result = await client.callTool({ name, arguments: values });
  const [{ text }] = result.content as [{ text: string }];
  const json = JSON.parse(text) as Record<string, unknown>;
  if (result.isError !== true) expect(result.structuredContent).toEqual(json);
  return { failed: result.isError === true, json };
}

export const passed = (json: object) => ({ failed: false, json: expect.objectContaining(json) });
export const refused = (error: object) => ({ failed: true, json: { error: expect.objectContaining(error) } });
