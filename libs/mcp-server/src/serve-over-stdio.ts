import { StdioServerTransport } from '@modelcontextprotocol/sdk/server/stdio.js';
import { once } from 'node:events';
import { createMcpServer, type McpServerOptions } from './create-mcp-server.js';

/** Serves the tools over standard input and output, until the client closes standard input. */
export async function serveOverStdio(options: McpServerOptions): Promise<void> {
  const server = createMcpServer(options);
  const ended = once(process.stdin, 'end');
  await server.connect(new StdioServerTransport());
  await ended;
  await server.close();
}
