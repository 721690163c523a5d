import { writeJson, type SettlementAnswer } from '#contracts';

/** An answer whose numbers stand as a definition has them. */
export function doneInJson(value: object): SettlementAnswer {
  return { kind: 'done', outcome: 'ok', body: writeJson(value) };
}
