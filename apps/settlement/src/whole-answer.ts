import type { SettlementAnswer } from '#contracts';

/** An answer that comes in parts, when all of it is there. */
export async function wholeAnswer(asked: Promise<SettlementAnswer>): Promise<SettlementAnswer> {
  const answer = await asked;
  if (answer.kind !== 'done' || answer.stream === undefined) return answer;
  const { stream, ...whole } = answer;
  for await (const text of stream) whole.body += text;
  return whole;
}
