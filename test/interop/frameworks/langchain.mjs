// Runs examples/typescript/langchain-agent.ts in a user's project, with the published LangChain.js and a model that says what it is given.
import { AIMessage } from '@langchain/core/messages';
import { FakeListChatModel } from '@langchain/core/utils/testing';
import { BursarClient } from 'bursar-client';
import { research } from './langchain-agent.js';

const { url, key, budget, calls } = JSON.parse(process.argv[2]);
const said = calls.map(
  ({ tool, input }, place) =>
    new AIMessage({ content: '', tool_calls: [{ id: `call_${place}`, name: tool, args: input }] }),
);

class Scripted extends FakeListChatModel {
  constructor() {
    super({ responses: [''] });
  }
  bindTools() {
    return this;
  }
  async _generate() {
    return { generations: [{ text: '', message: said.shift() ?? new AIMessage('done') }] };
  }
}

const { messages } = await research(new BursarClient({ url, token: key }), new Scripted(), 'heat pumps?', budget);
const told = messages.filter((message) => message.getType() === 'tool').map(({ content }) => content);
process.stdout.write(JSON.stringify({ told, text: messages.at(-1).content }));
