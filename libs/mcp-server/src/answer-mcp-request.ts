import { WebStandardStreamableHTTPServerTransport } from '@modelcontextprotocol/sdk/server/webStandardStreamableHttp.js';
import { createMcpServer, type McpServerOptions } from './create-mcp-server.js';

/**
 * Answers one POST of streamable HTTP with one JSON body. Nothing is kept between two of them: each has a server of its own, and
 * the credential that it came with.
 */
export async function answerMcpRequest(request: Request, options: McpServerOptions): Promise<Response> {
  const text = await request.text();
  // In a batch one message could cancel another, whose answer would be waited for ever; the protocol has dropped them.
  if (text.trimStart().startsWith('[')) return refusal(-32600, 'Batches are not taken: send one message at a time');
  const transport = new WebStandardStreamableHTTPServerTransport({
    sessionIdGenerator: undefined,
    enableJsonResponse: true,
  });
  const server = createMcpServer(options);
  await server.connect(transport);
  try {
    const { url, method, headers } = request;
    return await transport.handleRequest(new Request(url, { method, headers, body: text }));
  } finally {
    await server.close();
  }
}

function refusal(code: number, message: string): Response {
  return Response.json({ jsonrpc: '2.0', error: { code, message }, id: null }, { status: 400 });
}
