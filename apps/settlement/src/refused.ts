import type { ErrorCode, FieldProblem, OwnerAnswer, SettlementAnswer } from '#contracts';

/** Thrown where a request is answered before its use case has come to its end. No Error: refusing is an answer. */
export class Answered {
  constructor(readonly answer: SettlementAnswer) {}
}

/** Refuses with a code of the catalogue. */
export function refuse(
  code: ErrorCode,
  particulars: { detail?: string; problems?: readonly FieldProblem[]; scope?: { kind: string; id: string } } = {},
): never {
  throw new Answered({ kind: 'problem', code, ...particulars });
}

/** An owner's answer of the kind that was asked for, or its refusal thrown as the answer that it is. */
export function expectKind<Kind extends OwnerAnswer['kind']>(
  answer: OwnerAnswer,
  kind: Kind,
): Extract<OwnerAnswer, { kind: Kind }> {
  if (answer.kind === kind) return answer as Extract<OwnerAnswer, { kind: Kind }>;
  if (answer.kind === 'refused' || answer.kind === 'unavailable') throw new Answered(answer);
  throw new Error(`The owner answered ${answer.kind} where ${kind} was asked for`);
}

export function done(value: object): SettlementAnswer {
  return { kind: 'done', outcome: 'ok', body: JSON.stringify(value) };
}
