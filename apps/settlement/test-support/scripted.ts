import { readJson, type OwnerAnswer, type SettlementAnswer, type SettlementRequest } from '#contracts';
import type { Command, PaymentDetails, Query } from '#domain';
import { createLogger } from '#observability';
import { createKeyRing } from '#security';
import { readChallenge, recoverSigner, type Challenge } from '#x402';
import type { MetChallenge } from '../src/x402/challenge.js';
import type { SettlementParts } from '../src/ports.js';
import { paymentToken } from '../src/x402/payment-token.js';
import { ledgerRail } from '../src/x402/rails.js';
import { noReadings } from '../src/x402/readings.js';
import { Unanswered } from '../src/x402/unanswered.js';
import { noCatalogue } from './no-catalogue.js';

export const ORG = 'org_00000000000070008000000000000001';
export const PAYMENT = 'pay_01900000000070008000000000000001';
export const HELD_AT = Date.UTC(2026, 2, 4, 12);

export const requirements = {
  scheme: 'exact',
  network: 'ledger:test',
  amount: '50000',
  asset: 'USD',
  payTo: 'writer',
  maxTimeoutSeconds: 60,
};
export const resource = { url: 'https://writer.example/page' };
export const keys = createKeyRing({ seeds: [Buffer.alloc(32, 1)] });

export const details: PaymentDetails = {
  payment_id: PAYMENT,
  payer: { agent_id: 'agt_payer', handle: 'payer', wallet_id: 'wal_treasury' },
  payee: { agent_id: 'agt_writer', handle: 'writer' },
  protocol: 'x402',
  amount: '50000',
  asset: 'USD',
  labels: {},
  authorized_at: HELD_AT,
} as unknown as PaymentDetails;

/** As it comes off the wire. */
export function wire(value: unknown): unknown {
  const read = readJson(typeof value === 'string' ? value : JSON.stringify(value));
  if (!read.ok) throw new Error('not JSON');
  return read.value;
}

export function challengeOf(value: unknown): Challenge {
  const read = readChallenge(wire(value), [ledgerRail('test')]);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.challenge;
}

export function challengeFor(fields: object = {}): Challenge {
  return challengeOf({ x402Version: 2, resource, accepts: [{ ...requirements, ...fields }] });
}

export function tokenFor(challenge: MetChallenge, of = ORG): string {
  const hold = { details: { ...details, amount: challenge.amount.toString() }, expires_at: HELD_AT + 60_000 };
  return paymentToken({ keys, issuer: 'ledger:test' }, of, challenge, hold);
}

const unread = () => Promise.reject(new Error('nothing is read of the log'));
const NO_LOG = { loadFacts: unread, read: unread, addressEvents: unread };

/** Settlement with an owner that says what the test says, one answer after the other. */
export function settlementWith(...answers: OwnerAnswer[]): { parts: SettlementParts; asked: (Command | Query)[] } {
  const asked: (Command | Query)[] = [];
  const owners = {
    send: (_org: string, command: Command | Query) => {
      asked.push(command);
      const answer = answers.shift();
      return answer ? Promise.resolve(answer) : Promise.reject(new Error(`nothing was said of ${command.type}`));
    },
  };
  const parts: SettlementParts = {
    owners,
    log: NO_LOG,
    keys,
    rails: [ledgerRail('test')],
    issuer: 'ledger:test',
    unanswered: new Unanswered(),
    readings: noReadings(),
    logger: createLogger({ service: 'settlement', level: 'silent' }),
    recoverSigner,
    ...noCatalogue,
  };
  return { parts, asked };
}

export function requestOf(body: unknown, fields: Partial<SettlementRequest> = {}): SettlementRequest {
  return {
    caller: { org: ORG, credential: { subject: 'agt_writer', proof: 'proof' } },
    fresh_id: '0190000000007000800000000000000a',
    deadline: HELD_AT + 5000,
    body: typeof body === 'string' ? body : JSON.stringify(body),
    ...fields,
  };
}

/** What a caller reads, and how the edge is told to send it. */
export function read(answer: SettlementAnswer): { outcome: string; body: Record<string, unknown> } {
  if (answer.kind !== 'done') throw new Error(`answered ${JSON.stringify(answer)}`);
  return { outcome: answer.outcome, body: JSON.parse(answer.body) as Record<string, unknown> };
}

/** Its book knows who asks. */
export const knownCaller: OwnerAnswer = { kind: 'credential', credential: { kind: 'agent', subject: 'agt_writer' } };

export function captured(units = '50000'): OwnerAnswer {
  const event = { type: 'payment.captured', ...details, captured: units, time: HELD_AT + 1000 };
  return { kind: 'recorded', event, position: '3:9' } as unknown as OwnerAnswer;
}
