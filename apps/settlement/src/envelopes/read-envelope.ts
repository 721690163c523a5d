import {
  IDEMPOTENCY_KEY,
  isJsonObject,
  parseEnvelopeSubject,
  readJson,
  WHOLE_BODY,
  type FieldProblem,
  type SettlementRequest,
} from '#contracts';
import { freshId } from '#security';

/** Calls that an envelope may be for; the name and the body are those of HTTP. */
const CALLS = ['x402.resolve', 'x402.verify', 'x402.settle', 'x402.redeem'] as const;
export type EnvelopeCall = (typeof CALLS)[number];

export type ReadEnvelope =
  | { ok: true; call: EnvelopeCall; idempotency_key: string; request: SettlementRequest }
  | { ok: false; code: 'unparseable_body' | 'body_invalid'; problems: FieldProblem[]; idempotency_key?: string };

export interface EnvelopeMessage {
  /** As the stream stores it: `envelopes.<org>.<agent>[.<key>]`. */
  subject: string;
  /** Undefined where the bytes are not UTF-8. */
  text: string | undefined;
  /** Milliseconds since the epoch. */
  deadline: number;
}

/**
 * Turns a message of the ENVELOPES stream, `{call, idempotency_key, body}`, into the request that the same body over HTTP is. Who
 * asks stands in the subject, which the server let only its owner publish to (D16). The key is required: a message may come twice.
 */
export function readEnvelope({ subject, text, deadline }: EnvelopeMessage): ReadEnvelope {
  const published = parseEnvelopeSubject(subject);
  if (!published) return refused('body_invalid', { field: 'subject', message: 'is not an envelope subject' });
  if (text === undefined) return refused('unparseable_body', { field: WHOLE_BODY, message: 'is not UTF-8' });
  const json = readJson(text);
  if (!json.ok) return { ok: false, code: json.code, problems: json.problems };
  if (!isJsonObject(json.value))
    return refused('body_invalid', { field: WHOLE_BODY, message: 'must be a JSON object' });
  const { call, idempotency_key: key, body, ...others } = json.value;
  const problems: FieldProblem[] = Object.keys(others).map((field) => ({
    field,
    message: 'is not a field of an envelope',
  }));
  const known = CALLS.find((one) => one === call);
  if (!known) problems.push({ field: 'call', message: `must be one of ${CALLS.join(', ')}` });
  const isKey = typeof key === 'string' && IDEMPOTENCY_KEY.test(key);
  if (!isKey)
    problems.push({ field: 'idempotency_key', message: 'is required on the bus: 1 to 255 printable characters' });
  if (!isJsonObject(body)) problems.push({ field: 'body', message: 'must be a JSON object' });
  if (!known || !isKey || !isJsonObject(body) || problems.length > 0)
    return { ok: false, code: 'body_invalid', problems, ...(isKey ? { idempotency_key: key } : {}) };
  const { org, agent, credential } = published;
  const pays = known === 'x402.resolve' && credential !== agent;
  return {
    ok: true,
    call: known,
    idempotency_key: key,
    request: {
      caller: {
        org,
        credential: { subject: credential, proven_by: 'bus' },
        ...(credential === agent ? { agent_id: agent } : {}),
      },
      fresh_id: freshId(),
      key,
      deadline,
      body: '',
      // With an org key the agent that pays stands in the subject too.
      value: pays ? { agent_id: agent, ...body } : body,
    },
  };
}

function refused(code: 'unparseable_body' | 'body_invalid', problem: FieldProblem): ReadEnvelope {
  return { ok: false, code, problems: [problem] };
}
