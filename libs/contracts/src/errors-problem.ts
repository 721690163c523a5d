import { formatUnits, isAsset, type Decline } from '#domain';
import { errorOf, type ErrorCode } from './errors/index.js';
import type { FieldProblem } from './http/field-problem.js';
import { windowEndText } from './window-end-text.js';

/** What a caller reads of a refusal by rule; money as decimal strings, counts as digits, times in ISO 8601. */
export interface DeclineFields {
  code: ErrorCode;
  scope: { kind: string; id: string };
  /** Name of the rule where several of a kind may stand, e.g. `amount:day:USD`. */
  rule?: string;
  currency?: string;
  limit?: string;
  spent?: string;
  held?: string;
  requested?: string;
  remaining?: string;
  resets_at?: string;
  retryable: boolean;
  action: string;
}

/** RFC 9457 problem document, `application/problem+json`. */
export interface ProblemDocument extends Omit<DeclineFields, 'scope'> {
  type: string;
  title: string;
  status: number;
  detail: string;
  scope?: { kind: string; id: string };
  /** What is wrong with which field of the request. */
  problems?: readonly FieldProblem[];
  /** What the paid service itself has answered. */
  upstream?: { status: number; body: unknown };
  /** Id of the recorded refusal, where a payment was declined; of the payment that came to nothing, where a service was called. */
  payment_id?: string;
  position?: string;
  /** The version of the rules that it was declined by. */
  policy_version?: number;
}

/** A refusal as it stands in a payment answer (`decline`) and in a problem document. */
export function declineFields(decline: Decline): DeclineFields {
  const entry = errorOf(decline.code);
  return {
    code: decline.code,
    scope: { kind: decline.scope.kind, id: decline.scope.id },
    rule: decline.rule,
    ...figureFields(decline),
    ...(isHopeless(decline)
      ? { retryable: false, action: entry.hopeless ?? entry.action }
      : { retryable: entry.retryable, action: entry.action }),
  };
}

/** Whether waiting can never let the same payment pass a limit: it asks for more than that, or no window of it ends. */
function isHopeless({ code, limit, requested, resets_at }: Decline): boolean {
  if (errorOf(code).hopeless === undefined || limit === undefined || requested === undefined) return false;
  return BigInt(requested) > BigInt(limit) || (code !== 'held_limit_exceeded' && resets_at === undefined);
}

/** The problem document of a refusal that the book gave. */
export function problemOfDecline(decline: Decline): ProblemDocument {
  const fields = declineFields(decline);
  return { ...head(decline.code, declineDetail(fields)), ...fields };
}

/** The problem document of a code that has no figures. `detail` says what is particular to this case. */
export function problemOfCode(
  code: ErrorCode,
  particulars: Pick<ProblemDocument, 'problems' | 'scope' | 'upstream' | 'payment_id'> & { detail?: string } = {},
): ProblemDocument {
  const { retryable, action, title } = errorOf(code);
  const named = particulars.problems?.map(({ field, message }) => `${field} ${message}`).join('; ');
  return {
    ...head(code, particulars.detail ?? (named ? `${title}: ${named}.` : `${title}.`)),
    code,
    scope: particulars.scope,
    retryable,
    action,
    problems: particulars.problems,
    upstream: particulars.upstream,
    payment_id: particulars.payment_id,
  };
}

function head(code: ErrorCode, detail: string): Pick<ProblemDocument, 'type' | 'title' | 'status' | 'detail'> {
  const { title, status } = errorOf(code);
  return { type: `urn:bursar:error:${code}`, title, status, detail };
}

function declineDetail(fields: DeclineFields): string {
  const unit = fields.currency ? ` ${fields.currency}` : '';
  const figures = (['limit', 'spent', 'held', 'requested', 'remaining'] as const)
    .filter((name) => fields[name] !== undefined)
    .map((name) => `${name} ${fields[name]}${unit}`);
  const rule = fields.rule ? ` (${fields.rule})` : '';
  const about = `${errorOf(fields.code).title}: ${fields.scope.kind} ${fields.scope.id}${rule}`;
  return `${[about, ...figures].join(', ')}.`;
}

/** What figures are read from: a refusal, or a rule that refuses nothing. */
type Figures = Partial<Decline>;

/** The figures of a rule as callers read them. */
export function figureFields(rule: Figures): Pick<DeclineFields, FigureName> {
  const asset = figureAsset(rule.code, rule.rule, rule.asset);
  const text = (units: string | undefined) => (units === undefined ? undefined : figureText(units, asset));
  return {
    currency: asset,
    limit: text(rule.limit),
    spent: text(rule.spent),
    held: text(rule.held),
    requested: text(rule.requested),
    remaining: text(rule.remaining),
    resets_at: rule.resets_at === undefined ? undefined : windowEndText(rule.resets_at),
  };
}

type FigureName = 'currency' | 'limit' | 'spent' | 'held' | 'requested' | 'remaining' | 'resets_at';

/** The asset that a rule's figures are amounts of; none where it counts payments, whose figures are no money. */
export function figureAsset(
  code: string | null | undefined,
  rule: string | null | undefined,
  asset: string | null | undefined,
): string | undefined {
  const countsPayments = code === 'count_limit_exceeded' || rule?.startsWith('count:') === true;
  return countsPayments ? undefined : (asset ?? undefined);
}

/** A figure of a rule as callers read it: an amount, or a number of payments. */
export function figureText(units: string, asset: string | undefined): string {
  return asset !== undefined && isAsset(asset) ? formatUnits(units, asset) : units;
}
