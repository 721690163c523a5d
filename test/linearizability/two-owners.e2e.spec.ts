import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stdout } from 'node:process';
import { inheritedEnvironment } from '#config';
import type { ServiceProcess } from '#testing';
import { Random } from '../crash/random.js';
import { Services, type RunningGateway } from '../gateway/services.js';
import { AgentUnderLoad, FIRST_CAP, pause } from './agent-under-load.js';
import { notLinearizable, type Operation } from './checker.js';

/**
 * Agents that spend while their caps are changed and they are revoked, on two authorization processes of which the one that
 * decides is killed in the middle. `LINEARIZABILITY_ROUNDS=20` runs more rounds, each with a kill;
 * `LINEARIZABILITY_SEED` draws the same wishes again (what the machine does between is its own).
 */
const environment = inheritedEnvironment();
const rounds = Number(environment['LINEARIZABILITY_ROUNDS'] ?? 2);
const seed = Number(environment['LINEARIZABILITY_SEED'] ?? Date.now() % 1_000_000);
const AGENTS = 4;

let services: Services;
let gateway: RunningGateway;
let owner: ServiceProcess;
const agents: AgentUnderLoad[] = [];
const killed: number[] = [];

beforeAll(
  async () => {
    services = await Services.start();
    // The first to come takes all partitions; the second stands by.
    owner = await services.authorization();
    let next: ServiceProcess;
    [next, gateway] = await Promise.all([services.authorization(), services.gateway()]);
    const random = new Random(seed);
    for (let round = 0; round < rounds; round++) {
      const those = await Promise.all(
        Array.from({ length: AGENTS }, () => AgentUnderLoad.register(gateway.url, random)),
      );
      agents.push(...those);
      // Some are revoked before the kill, some while nobody decides, some afterwards.
      const lives = those.map((agent, index) => agent.live(600 + index * 900 + random.between(0, 600)));
      await pause(random.between(900, 1_800));
      owner.kill('SIGKILL');
      killed.push(owner.pid);
      await owner.exited;
      owner = next;
      if (round + 1 < rounds) next = await services.authorization();
      await Promise.all(lives);
    }
  },
  60_000 + rounds * 40_000,
);
afterAll(() => services?.stop());

describe('Two authorization processes, of which the one that decides is killed', () => {
  it('A1 A2 D6 E6 F1: some order of all payments, changes of caps and revocations explains every answer', () => {
    let known = 0;
    for (const { handle, operations } of agents) {
      const unexplained = notLinearizable(operations, FIRST_CAP);
      if (unexplained)
        throw new Error(`seed ${seed}, ${handle}: nothing explains\n${unexplained.map(line).join('\n')}`);
      known += operations.filter(({ told }) => told.kind !== 'unknown').length;
    }
    stdout.write(`linearizability: seed ${seed}, ${agents.length} agents, ${known} answers, ${killed.length} kills\n`);
    expect(new Set(killed).size).toBe(rounds);
  });

  it('F1: every agent was revoked, was refused afterwards, and its payments met its caps', () => {
    for (const { operations, revoked } of agents) {
      expect(revoked).toBe(true);
      const told = new Set(operations.map(({ told: { kind } }) => kind));
      expect([...told]).toEqual(expect.arrayContaining(['done', 'revoked', 'seen']));
    }
    expect(agents.some(({ operations }) => operations.some(({ told }) => told.kind === 'over cap'))).toBe(true);
  });

  it('finds out where one of those answers is turned into its contrary', () => {
    const { operations } = agents[0]!;
    const revocation = operations.find(({ asked }) => asked.kind === 'revoke')!;
    const turned = operations.map((operation): Operation =>
      operation.asked.kind === 'pay' && operation.from > revocation.to
        ? { ...operation, told: { kind: 'done' } }
        : operation,
    );
    expect(notLinearizable(turned, FIRST_CAP)).toBeDefined();
  });
});

function line({ client, asked, told, from, to }: Operation): string {
  return `  ${from.toFixed(1)} to ${to.toFixed(1)} ms, client ${client}: ${JSON.stringify(asked)} → ${JSON.stringify(told)}`;
}
