export { answerMcpRequest } from './answer-mcp-request.js';
export type { McpServerOptions } from './create-mcp-server.js';
export { mcpCallerOf, type McpCaller } from './mcp-caller.js';
export { serveOverStdio } from './serve-over-stdio.js';
