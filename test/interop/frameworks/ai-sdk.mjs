// Runs examples/typescript/ai-sdk-agent.ts in a user's project, with the published AI SDK and a model that says what it is given.
import { MockLanguageModelV3 } from 'ai/test';
import { BursarClient } from 'bursar-client';
import { research } from './ai-sdk-agent.js';

const { url, key, token, budget, calls } = JSON.parse(process.argv[2]);
const said = calls.map(({ tool, input }, place) => ({
  finishReason: { unified: 'tool-calls' },
  content: [{ type: 'tool-call', toolCallId: `call_${place}`, toolName: tool, input: JSON.stringify(input) }],
}));
const last = { finishReason: { unified: 'stop' }, content: [{ type: 'text', text: 'done' }] };
const usage = { inputTokens: { total: 1 }, outputTokens: { total: 1 } };
const model = new MockLanguageModelV3({
  doGenerate: async () => ({ ...(said.shift() ?? last), usage, warnings: [] }),
});

const clients = {
  orchestrator: new BursarClient({ url, token: key }),
  researcher: new BursarClient({ url, token }),
};
const { steps, text } = await research(clients, model, 'heat pumps?', budget);
const results = steps.flatMap(({ content }) =>
  content.filter(({ type }) => ['tool-result', 'tool-error'].includes(type)),
);
const told = results.map(({ output, error }) => output ?? `error: ${error.message ?? error}`);
process.stdout.write(JSON.stringify({ told, text }));
