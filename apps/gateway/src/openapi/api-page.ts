import { typeText, type Schema } from './schema-text.js';

interface Parameter {
  name: string;
  in: string;
  required?: boolean;
  description?: string;
  schema: Schema;
}

interface Operation {
  summary: string;
  tags: string[];
  security?: unknown[];
  parameters?: Parameter[];
  requestBody?: { required?: boolean; content: Record<string, { schema: Schema }> };
  responses: Record<string, { description: string; content?: Record<string, { schema: Schema }> }>;
}

/** What the page reads of the OpenAPI document. */
export interface ApiDocument {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** The Markdown page `docs/api.md`: every call, and below them every shape that they name. */
export function apiPage(document: ApiDocument): string {
  const calls = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method: method.toUpperCase(), operation })),
  );
  const areas = [...new Set(calls.map(({ operation }) => operation.tags[0] ?? 'other'))];
  return [
    ...HEAD,
    ...areas.map((area) => `- [${area}](#${anchor(area)})`),
    '- [shapes](#shapes)',
    '',
    ...areas.flatMap((area) => [
      `## ${area}`,
      '',
      ...calls
        .filter(({ operation }) => (operation.tags[0] ?? 'other') === area)
        .flatMap(({ path, method, operation }) => callText(`${method} ${path}`, operation)),
    ]),
    '## shapes',
    '',
    ...Object.entries(document.components.schemas).flatMap(([name, schema]) => shapeText(name, schema)),
  ].join('\n');
}

const HEAD = [
  '# The HTTP API',
  '',
  'Written from [openapi.json](openapi.json) by `npm run docs:api`; do not edit by hand.',
  '',
  'Every call but those that say so takes `Authorization: Bearer …` (an org key, an agent’s or a session’s token), and beside it',
  '`Bursar-Session`, a session token that narrows the caller to that session. `traceparent` is taken and echoed. A call that says **keyed** takes',
  '`Idempotency-Key`: the same key gives the same answer for ever. What is refused is answered by a [problem document](#problem) with one of the',
  '[codes](errors.md). Lists are pages: `limit`, `cursor` in, `next_cursor` out, null at the end.',
  '',
];

/** Every call takes these, so the page says it once. */
const TAKEN_BY_ALL = new Set(['Bursar-Session', 'traceparent', 'Idempotency-Key']);

function callText(title: string, operation: Operation): string[] {
  const { parameters = [], requestBody, responses, security = [] } = operation;
  const own = parameters.filter(({ name }) => !TAKEN_BY_ALL.has(name));
  const notes = [
    ...(parameters.some(({ name }) => name === 'Idempotency-Key') ? ['Keyed.'] : []),
    ...(security.length === 0 ? ['Takes no credential.'] : []),
  ];
  return [
    `### ${title}`,
    '',
    [`${operation.summary}.`, ...notes].join(' '),
    '',
    ...(own.length === 0 ? [] : [...rows(['parameter', 'in', 'type', 'meaning'], own.map(parameterRow)), '']),
    ...(requestBody
      ? [`Body${requestBody.required ? '' : ' (may be absent)'}: ${contentText(requestBody.content)}.`, '']
      : []),
    `Answers: ${answersText(responses)}.`,
    '',
  ];
}

function parameterRow({ name, in: place, required, description, schema }: Parameter): string[] {
  const words = [required || place === 'path' ? '' : 'optional', place].filter((word) => word !== '');
  return [`\`${name}\``, words.join(' '), typeText(schema), description ?? schema.description ?? ''];
}

function answersText(responses: Operation['responses']): string {
  return Object.entries(responses)
    .filter(([status]) => status !== 'default')
    .map(([status, { content, description }]) => `${status} ${content ? contentText(content) : `(${description})`}`)
    .join(', ');
}

function contentText(content: Record<string, { schema: Schema }>): string {
  return Object.values(content)
    .map(({ schema }) => typeText(schema))
    .join(', ');
}

function shapeText(name: string, schema: Schema): string[] {
  const { properties = {}, required = [] } = schema;
  const fields = Object.entries(properties).map(([field, of]) => [
    `\`${field}\``,
    required.includes(field) ? '' : 'optional',
    typeText(of),
    of.description ?? '',
  ]);
  return [
    `### ${name}`,
    '',
    ...(schema.description === undefined ? [] : [schema.description, '']),
    ...(fields.length === 0
      ? [typeText({ ...schema, description: undefined })]
      : rows(['field', '', 'type', 'meaning'], fields)),
    '',
  ];
}

function rows(names: readonly string[], cells: readonly (readonly string[])[]): string[] {
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell) => cell.replaceAll('|', '\\|').replaceAll('\n', ' ')).join(' | ')} |`;
  return [line(names), line(names.map(() => '---')), ...cells.map(line)];
}

function anchor(title: string): string {
  return title.toLowerCase().replaceAll(' ', '-');
}
