import type { SettlementCall } from './settlement-wire.js';

/**
 * Every subject on the bus, in one place. Ids hold no dots; a handle that does is written with `%2E`.
 *
 * | subject | who publishes | who reads |
 * |---|---|---|
 * | `intents.<org>.<agent>` | the agent itself, with its own token | INTENTS stream → owner |
 * | `intents.<org>.<agent>.<key>` | an org key, for that agent | INTENTS stream → owner |
 * | `envelopes.<org>.<agent>`, `….<key>` | the agent itself, or an org key for it | ENVELOPES stream → settlement |
 * | `answers.<org>.<credential>.>` | owner | the credential that published |
 * | `feed.<org>.<agent>` (`_` where no agent is concerned) | EVENTS stream, republished | agents their own, org keys `feed.<org>.>` |
 * | `events.<partition>.<org>.<agent>.<type>` | owner's relay → EVENTS stream | services |
 * | `commands.<partition>.<org>` | services → COMMANDS work queue | owner |
 * | `cmd.<partition>.<epoch>` | gateway, settlement (request/reply) | owner |
 * | `owners.resolve.<partition>` | callers looking for the owner (request/reply) | owner |
 * | `settlement.<call>` | gateway (request/reply, which may come in parts) | settlement, one of its replicas |
 * | `dead.<stream>.<partition>.<reason>` | whoever gives up on a message → DEAD stream | operators |
 */
export const STREAMS = {
  intents: 'INTENTS',
  envelopes: 'ENVELOPES',
  events: 'EVENTS',
  commands: 'COMMANDS',
  dead_letters: 'DEAD',
} as const;

/** Makes any handle or id one subject token. */
export function subjectToken(text: string): string {
  return text.replace(/%/g, '%25').replace(/\./g, '%2E');
}

export function fromSubjectToken(token: string): string {
  return token.replace(/%2E/g, '.').replace(/%25/g, '%');
}

export const subjects = {
  /** `credential` is the agent itself, or the org key that speaks for it. */
  intent(org: string, agent: string, credential: string): string {
    const base = `intents.${org}.${subjectToken(agent)}`;
    return credential === agent ? base : `${base}.${credential}`;
  },
  /** As `intent`, for an envelope of a payment protocol. */
  envelope(org: string, agent: string, credential: string): string {
    const base = `envelopes.${org}.${subjectToken(agent)}`;
    return credential === agent ? base : `${base}.${credential}`;
  },
  /** INTENTS as the stream stores it, after its transform has put the partition in front. */
  intentsOfPartition: (partition: number): string => `intents.${partition}.>`,
  answersOf: (org: string, credential: string): string => `answers.${org}.${credential}`,
  feed: (org: string, agent: string): string => `feed.${org}.${agent}`,
  feedOfOrg: (org: string): string => `feed.${org}.>`,
  event: (partition: number, org: string, agent: string | undefined, type: string): string =>
    `events.${partition}.${org}.${agent ?? '_'}.${type}`,
  command: (partition: number, org: string): string => `commands.${partition}.${org}`,
  commandsOfPartition: (partition: number): string => `commands.${partition}.>`,
  ownerRequest: (partition: number, epoch: number): string => `cmd.${partition}.${epoch}`,
  ownerResolve: (partition: number): string => `owners.resolve.${partition}`,
  settlement: (call: SettlementCall): string => `settlement.${call}`,
  deadLetter: (stream: string, partition: number | string, reason: string): string =>
    `dead.${stream}.${partition}.${reason}`,
};

export interface IntentSubject {
  partition: number;
  org: string;
  agent: string;
  /** The agent's own token (then equal to `agent`) or an org key. */
  credential: string;
}

/** Reads a stored intent's subject `intents.<partition>.<org>.<agent>[.<key>]`; undefined where it has another shape. */
export function parseIntentSubject(subject: string): IntentSubject | undefined {
  const [root, partition, org, agent, credential, ...rest] = subject.split('.');
  if (root !== 'intents' || !partition || !org || !agent || rest.length > 0) return undefined;
  const named = fromSubjectToken(agent);
  return { partition: Number(partition), org, agent: named, credential: credential ?? named };
}

export type EnvelopeSubject = Omit<IntentSubject, 'partition'>;

/** Reads an envelope's subject `envelopes.<org>.<agent>[.<key>]`; undefined where it has another shape. */
export function parseEnvelopeSubject(subject: string): EnvelopeSubject | undefined {
  const [root, org, agent, credential, ...rest] = subject.split('.');
  if (root !== 'envelopes' || !org || !agent || rest.length > 0) return undefined;
  const named = fromSubjectToken(agent);
  return { org, agent: named, credential: credential ?? named };
}
