import { ERROR_CATALOGUE, errorOf, type ErrorCode } from './errors/index.js';

/** The Markdown page `docs/errors.md`. */
export function errorsPage(): string {
  const codes = Object.keys(ERROR_CATALOGUE) as ErrorCode[];
  return [
    '# Errors',
    '',
    'Written from `libs/contracts/src/errors/` by `npm run docs:errors`; do not edit by hand.',
    '',
    'Every refusal is an RFC 9457 problem document (`application/problem+json`) with `type`, `title`, `status`, `detail`,',
    '`code`, `retryable` and `action`; where a rule was passed also `scope {kind, id}`, `rule`, `currency`, `limit`, `spent`,',
    '`held`, `requested`, `remaining` (decimal strings) and `resets_at`; where fields are wrong also `problems [{field,',
    'message}]`. `retryable` says whether the same request can pass later with nothing else changed: where more is asked than the',
    'limit, or the limit never starts anew, it is false and `action` differs from the row.',
    '',
    '401, 422, 429 and 503 never bind an idempotency key; a refusal by rule does, and is its answer for ever.',
    '',
    '| code | status | meaning | scope | retryable | what to do |',
    '| --- | --- | --- | --- | --- | --- |',
    ...codes.map((code) => {
      const { status, title, scope, retryable, action } = errorOf(code);
      const scopes = (scope ?? ['request']).join(', ');
      return `| \`${code}\` | ${status} | ${title} | ${scopes} | ${retryable ? 'yes' : 'no'} | ${action} |`;
    }),
    '',
  ].join('\n');
}
