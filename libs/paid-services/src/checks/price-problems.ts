import { isJsonObject, JsonNumber } from '#contracts';
import type { ServiceDefinition } from '../definition.js';
import { parsePath } from '../path.js';
import type { PayloadField } from '../payload-schema.js';
import type { PayloadCount, Price, PriceTerm } from '../price-schema.js';
import type { LocatedProblem, Path } from './located-problem.js';
import { isAlwaysThere, payloadFieldAt } from './payload-field-at.js';

/** Everything for which a price could yield no upper bound before the call, or no number after it. */
export function priceProblems(definition: ServiceDefinition): LocatedProblem[] {
  const { price } = definition;
  if (price.kind !== 'table') return oneProblems(definition, price, ['price']);
  return [
    ...price.by.flatMap((name, index) => byProblems(definition, name, ['price', 'by', index])),
    ...price.rows.flatMap((row, index) => [
      ...whenProblems(definition, price.by, row.when, ['price', 'rows', index, 'when']),
      ...oneProblems(definition, row.price, ['price', 'rows', index, 'price']),
    ]),
    ...(price.times ? countProblems(definition, price.times, ['price', 'times']) : []),
  ];
}

function oneProblems(
  definition: ServiceDefinition,
  price: Exclude<Price, { kind: 'table' }>,
  path: Path,
): LocatedProblem[] {
  if (price.kind === 'flat') return [];
  if (price.kind === 'reported') return answerPathProblems(definition, price.path, [...path, 'path']);
  return price.terms.flatMap((term, index) => termProblems(definition, term, [...path, 'terms', index]));
}

function termProblems(
  definition: ServiceDefinition,
  { unit, at_most_units, streamed }: PriceTerm,
  path: Path,
): LocatedProblem[] {
  const most = [...path, 'at_most_units'];
  if (unit.of === 'request') {
    return [
      ...countProblems(definition, unit, [...path, 'unit']),
      ...(at_most_units === undefined
        ? []
        : [{ path: most, message: 'is for units of the answer: the request is known' }]),
      ...(streamed ? [{ path: [...path, 'streamed'], message: 'is for units of the answer' }] : []),
    ];
  }
  const problems = answerPathProblems(definition, unit.path, [...path, 'unit', 'path']);
  if (at_most_units === undefined)
    problems.push({ path: most, message: 'is missing: nobody could say what a call costs at most' });
  else if (typeof at_most_units !== 'number') problems.push(...countProblems(definition, at_most_units, most));
  return problems;
}

function countProblems(
  { payload }: ServiceDefinition,
  { path: named, count = 'value' }: PayloadCount,
  path: Path,
): LocatedProblem[] {
  const names = named.split('.');
  const at = [...path, 'path'];
  const field = payloadFieldAt(payload, names);
  if (field === undefined || field === 'free')
    return [{ path: at, message: `names ${named}, which is no field of the payload` }];
  if (count === 'items' && field.type !== 'array') return [{ path: at, message: `names ${named}, which is no list` }];
  if (count !== 'value') return [];
  if (field.type !== 'integer') return [{ path: at, message: `names ${named}, which is no integer` }];
  if (!isAlwaysThere(payload, names)) {
    return [{ path: at, message: `names ${named}, which may be absent; it has to be required or have a default` }];
  }
  return (field.minimum ?? -1) < 0 ? [{ path: at, message: `names ${named}, whose minimum has to be 0 or more` }] : [];
}

function byProblems({ payload }: ServiceDefinition, name: string, path: Path): LocatedProblem[] {
  const field = payloadFieldAt(payload, name.split('.'));
  // Decimals have several spellings, of which a row would name one.
  const isNamed = field !== 'free' && field !== undefined && ['string', 'integer', 'boolean'].includes(field.type);
  return isNamed ? [] : [{ path, message: `names ${name}, which is no text, integer or boolean of the payload` }];
}

function whenProblems(
  { payload }: ServiceDefinition,
  by: readonly string[],
  when: Record<string, unknown>,
  path: Path,
): LocatedProblem[] {
  return Object.entries(when).flatMap(([name, condition]) => {
    if (!by.includes(name)) return [{ path: [...path, name], message: 'is not among the fields of by' }];
    const field = payloadFieldAt(payload, name.split('.'));
    return field !== 'free' && field !== undefined && !canFit(field, condition)
      ? [{ path: [...path, name], message: `can never be what ${name} is, of the type ${field.type}` }]
      : [];
  });
}

/** A row that nothing fits would leave its price to the rows after it. */
function canFit({ type }: PayloadField, condition: unknown): boolean {
  if (type === 'boolean') return typeof condition === 'boolean';
  if (type === 'integer') return condition instanceof JsonNumber && /^(?:0|-?[1-9]\d{0,14})$/.test(condition.text);
  if (typeof condition === 'string') return type === 'string';
  if (type !== 'string' || !isJsonObject(condition)) return false;
  return Object.keys(condition).length === 1 && typeof condition['starts_with'] === 'string';
}

function answerPathProblems({ answers_with = 'json' }: ServiceDefinition, text: string, path: Path): LocatedProblem[] {
  const read = parsePath(text);
  if (read === undefined) return [{ path, message: 'cannot be read as a path into the answer' }];
  if (text.includes('[*]')) return [{ path, message: 'names several values, where one number is needed' }];
  return answers_with === 'json' || 'header' in read
    ? []
    : [{ path, message: `names a field of the answer, which is ${answers_with} and no JSON` }];
}
