import type { BursarClient } from '#client';
import { Server } from '@modelcontextprotocol/sdk/server/index.js';
import {
  CallToolRequestSchema,
  ErrorCode,
  ListToolsRequestSchema,
  McpError,
  type CallToolResult,
  type ListToolsResult,
} from '@modelcontextprotocol/sdk/types.js';
import { z } from 'zod';
import type { McpCaller } from './mcp-caller.js';
import { failureOf } from './tool-failure.js';
import type { Tool } from './tool.js';
import { TOOLS } from './tools/index.js';

export interface McpServerOptions {
  /** Calls Bursar with the credential of the agent or session whose tools these are. */
  client: BursarClient;
  caller: McpCaller;
  version: string;
  /** Hears of faults of this program; what a caller can mend is told to the caller. */
  onFault: (error: unknown) => void;
}

const INSTRUCTIONS =
  'Tools to spend money within budgets that were set for you. Ask list_services for prices and balance for what is left; quote asks whether a payment would pass. Each payment takes an idempotency_key: keep it, and repeat a call whose answer was lost with the same key, so that nothing is paid twice. A refusal is JSON with code, figures, resets_at and action: do what action says. Waiting helps only where retryable is true.';

/** A server of Bursar's tools, for one caller; connect it to a transport. */
export function createMcpServer(options: McpServerOptions): Server {
  const server = new Server(
    { name: 'bursar', title: 'Bursar', version: options.version },
    { capabilities: { tools: {} }, instructions: INSTRUCTIONS },
  );
  server.setRequestHandler(ListToolsRequestSchema, () => LISTED);
  server.setRequestHandler(CallToolRequestSchema, ({ params }, { signal }) => {
    const tool = TOOLS.find(({ name }) => name === params.name);
    if (!tool) throw new McpError(ErrorCode.InvalidParams, `There is no tool ${params.name}`);
    return call(tool, params.arguments, options, signal);
  });
  return server;
}

async function call(
  tool: Tool,
  values: unknown,
  { client, caller, onFault }: McpServerOptions,
  signal: AbortSignal,
): Promise<CallToolResult> {
  try {
    const answer = JSON.parse(JSON.stringify(await tool.run(values, { client, caller, signal }))) as Record<
      string,
      unknown
    >;
    return { structuredContent: answer, content: [{ type: 'text', text: JSON.stringify(answer) }] };
  } catch (error) {
    const failure = failureOf(error);
    if (!failure) {
      onFault(error);
      throw new McpError(ErrorCode.InternalError, 'The tool failed');
    }
    // No structured content: that would have to be of the shape of a success.
    return { isError: true, content: [{ type: 'text', text: JSON.stringify({ error: failure }) }] };
  }
}

const LISTED: ListToolsResult = {
  tools: TOOLS.map(({ name, title, description, input, output, reads_only }) => ({
    name,
    title,
    description,
    inputSchema: objectSchema(input, 'input'),
    outputSchema: objectSchema(output, 'output'),
    annotations: { readOnlyHint: reads_only, destructiveHint: false, idempotentHint: true, openWorldHint: !reads_only },
  })),
};

/** As the SDK's own clients read it, which know no later draft. */
function objectSchema(schema: z.ZodType, io: 'input' | 'output'): ListToolsResult['tools'][number]['inputSchema'] {
  return z.toJSONSchema(schema, { target: 'draft-7', io }) as ListToolsResult['tools'][number]['inputSchema'];
}
