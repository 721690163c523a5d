import { CHANNELS, type Channel } from './channels.js';

/** The Markdown page `docs/bus.md`. */
export function busPage(): string {
  return [
    '# The bus',
    '',
    'Written from `libs/contracts/src/bus-document/` by `npm run docs:bus`; do not edit by hand. The same for programs, with the schemas of all',
    'messages: [asyncapi.json](asyncapi.json) (AsyncAPI 3).',
    '',
    'An agent’s token or an org key opens a connection to nats-server, as its token or as the password of any user name, and has rights to its own',
    'intents, envelopes, answers and feed, and to nothing else ([who may what](../libs/contracts/README.md#connecting-to-the-bus)). An intent is a plain',
    'publish with `Bursar-Reply-To`; who hears no answer publishes it again with the same `idempotency_key`, and is answered the same.',
    '[libs/client](../libs/client/README.md) does all of it.',
    '',
    '| channel | subject | Bursar | message |',
    '| --- | --- | --- | --- |',
    ...CHANNELS.map(
      ({ name, address, action, message }) =>
        `| [${name}](#${name.toLowerCase()}) | \`${address}\` | ${action === 'receive' ? 'hears' : 'says'} | ${message.name} |`,
    ),
    '',
    ...CHANNELS.flatMap(channelText),
  ].join('\n');
}

function channelText({ name, address, summary, parameters, message, answered_on }: Channel): string[] {
  const headers = Object.entries(message.headers);
  return [
    `## ${name}`,
    '',
    `\`${address}\`: ${summary}.`,
    '',
    ...Object.entries(parameters).map(([parameter, text]) => `- \`{${parameter}}\`: ${text}`),
    ...(answered_on === undefined ? [] : [`- Answered on [${answered_on}](#${answered_on.toLowerCase()}).`]),
    '',
    ...(headers.length === 0 ? [] : ['| header | meaning |', '| --- | --- |']),
    ...headers.map(([header, text]) => `| \`${header}\` | ${text} |`),
    ...(headers.length === 0 ? [] : ['']),
  ];
}
