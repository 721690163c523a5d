import { decisionHead } from './answers-decision.js';
import { figureAsset, figureText } from './errors-problem.js';
import { quoted } from './json-text.js';
import { windowEndText } from './window-end-text.js';
import type { DecisionOnWire, RuleRow } from './wire-decision.js';

/**
 * The answer to a dry run as JSON, byte for byte what `renderDecision` gives, but written straight from the owner's rows:
 * objects for every rule, and reading them again to write them, are half of what such an answer costs the gateway.
 */
export function decisionText(decision: DecisionOnWire): string {
  const head = JSON.stringify(decisionHead(decision)).slice(0, -1);
  return `${head},"rules":[${decision.rows.map(ruleText).join(',')}],"as_of":"${new Date(decision.time).toISOString()}"}`;
}

/** Kinds, effects and codes are words of ours, and figures are digits: what stands there needs no escape. */
function ruleText(row: RuleRow): string {
  const [kind, id, rule, effect, passes, code, asset, limit, spent, held, requested, remaining, resetsAt, after] = row;
  const unit = figureAsset(code, rule, asset);
  const figure = (name: string, units: string | null): string =>
    units === null ? '' : `,"${name}":"${figureText(units, unit)}"`;
  return (
    `{"scope":{"kind":"${kind}","id":${quoted(id)}},"rule":${rule === null ? 'null' : quoted(rule)}` +
    `,"effect":"${effect}","passes":${passes},"code":${code === null ? 'null' : `"${code}"`}` +
    (unit === undefined ? '' : `,"currency":${quoted(unit)}`) +
    figure('limit', limit) +
    figure('spent', spent) +
    figure('held', held) +
    figure('requested', requested) +
    figure('remaining', remaining) +
    (resetsAt === null ? '' : `,"resets_at":"${windowEndText(resetsAt)}"`) +
    `${figure('remaining_after', after)}}`
  );
}
