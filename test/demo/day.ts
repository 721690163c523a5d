import { SingleBar } from 'cli-progress';
import { BursarBus, BursarClient, type IntentAnswer, type PaymentRequest } from '#client';
import type { Instance } from '../support/instance.js';

/** What the story leaves behind for tables and checks. */
export interface Day {
  client: BursarClient;
  root: string;
  agents: Readonly<Record<Name, string>>;
  answers: readonly IntentAnswer[];
}

export type Name = 'planner' | 'researcher' | 'writer';

const SERVICES = ['search', 'scrape'] as const;

/** Morning to evening: budgets, hundreds of intents, a runaway, a revocation, holds that settle. */
export async function playDay(instance: Instance): Promise<Day> {
  const client = new BursarClient({ url: instance.url, token: instance.adminKey });
  const orchestrator = await BursarBus.connect({ url: instance.natsUrl, token: instance.adminKey });

  const planner = await client.agents.create({ handle: 'planner', per_tx_limit: '0.02' });
  const researcher = await client.agents.create({
    handle: 'researcher',
    spending_cap: { amount: '0.90', currency: 'USD' },
  });
  const writer = await client.agents.create({ handle: 'writer', daily_cap: '0.50' });
  const agents = { planner: planner.agent_id, researcher: researcher.agent_id, writer: writer.agent_id };

  const root = await client.sessions.open({
    budget: '2.00',
    description: 'A report on heat pumps',
    label: 'heat-pump-report',
  });
  const child = (agent: Name, budget: string) =>
    client.sessions.open({
      parent_session_id: root.session_id,
      budget,
      agent_id: agents[agent],
      labels: { role: agent },
    });
  const sessions = {
    planner: (await child('planner', '0.60')).session_id,
    researcher: (await child('researcher', '1.20')).session_id,
    writer: (await child('writer', '0.80')).session_id,
  };
  say('09:00', 'The orchestrator opens a session of $2.00 with three child sessions: $0.60, $1.20 and $0.80.');
  say('', 'Together they could spend more than the $2.00 above them; they cannot.');

  const answers: IntentAnswer[] = [];
  const run = async (title: string, bus: BursarBus, intents: readonly PaymentRequest[]): Promise<IntentAnswer[]> => {
    const given = await publishWithProgress(title, bus, intents);
    answers.push(...given);
    return given;
  };

  const work = [...plannerWork(120, agents, sessions.planner), ...researcherWork(90, agents, sessions.researcher)];
  const morning = await run('09:10', orchestrator, shuffled(work));
  say(
    '',
    `${work.length} payment intents on the bus: ${passed(morning)} paid, ${morning.length - passed(morning)} refused.`,
  );

  await holdsThatSettle(client, agents, sessions);

  // The writer speaks for itself, on its own connection, which can publish its own intents only.
  const writerBus = await BursarBus.connect({ url: instance.natsUrl, token: writer.token! });
  const drafts = await run('11:00', writerBus, writerWork(110, agents, sessions.writer));
  say('', `The writer works with its own token: ${passed(drafts)} of ${drafts.length} intents paid.`);

  const runaway = await run('12:00', orchestrator, runawayWork(260, agents, sessions.researcher));
  await stoppedAtTheUnit(client, agents, sessions.researcher, runaway);

  await client.agents.revoke(writer.revocation_id!);
  const after = await run('14:00', writerBus, writerWork(40, agents, sessions.writer));
  say('', `The writer is revoked at 14:00 sharp. Of ${after.length} intents after that, ${passed(after)} were paid.`);
  if (passed(after) !== 0) throw new Error('a revoked agent has spent');

  const rest = await run('15:00', orchestrator, plannerWork(60, agents, sessions.planner));
  const toWriter = rest.filter((answer) => answer.status === 'declined' && answer.decline.code === 'payee_not_found');
  say(
    '',
    `The others go on: ${passed(rest)} of the planner's ${rest.length} intents paid; ${toWriter.length} named the writer as payee.`,
  );
  await client.sessions.close(root.session_id);
  say('17:00', 'The orchestrator closes the session; what was still held is released.');
  await writerBus.close();
  await orchestrator.close();
  return { client, root: root.session_id, agents, answers };
}

async function publishWithProgress(
  at: string,
  bus: BursarBus,
  intents: readonly PaymentRequest[],
): Promise<IntentAnswer[]> {
  const bar = new SingleBar({
    format: `  ${at}  {bar} {value}/{total} intents answered`,
    hideCursor: true,
    clearOnComplete: true,
  });
  if (process.stdout.isTTY) bar.start(intents.length, 0);
  const settled = await bus.publishMany(intents, { concurrency: 64, onAnswer: () => bar.increment() });
  bar.stop();
  return settled.map((one) => {
    if (one.status === 'rejected') throw one.reason;
    return one.value;
  });
}

function plannerWork(count: number, agents: Day['agents'], session_id: string): PaymentRequest[] {
  return Array.from({ length: count }, (_, index) => {
    const step = {
      labels: { step: index % 2 === 0 ? 'outline' : 'delegate' },
      session_id,
      agent_id: agents.planner,
      capture: true,
    };
    if (index % 2 === 0) return { ...step, service: SERVICES[index % 4 === 0 ? 0 : 1], amount: '0.0021' };
    return { ...step, payee: index % 4 === 1 ? 'researcher' : 'writer', amount: '0.0014' };
  });
}

function researcherWork(count: number, agents: Day['agents'], session_id: string): PaymentRequest[] {
  return Array.from({ length: count }, (_, index) => ({
    agent_id: agents.researcher,
    session_id,
    capture: true,
    labels: { step: 'sources' },
    service: SERVICES[index % 2]!,
    amount: index % 2 === 0 ? '0.003' : '0.0055',
  }));
}

function writerWork(count: number, agents: Day['agents'], session_id: string): PaymentRequest[] {
  return Array.from({ length: count }, (_, index) => ({
    agent_id: agents.writer,
    session_id,
    capture: true,
    labels: { step: 'draft' },
    ...(index % 3 === 0 ? { payee: 'planner' } : { service: 'search' }),
    amount: '0.00225',
  }));
}

/** A loop gone wrong: the same question, over and over, dearer each time. */
function runawayWork(count: number, agents: Day['agents'], session_id: string): PaymentRequest[] {
  return Array.from({ length: count }, (_, index) => ({
    agent_id: agents.researcher,
    session_id,
    capture: true,
    labels: { step: 'loop' },
    service: 'scrape',
    amount: (0.004 + index * 0.000013).toFixed(6),
  }));
}

/** What is left below the cap can be spent to its last unit, and not one unit more. */
async function stoppedAtTheUnit(
  client: BursarClient,
  agents: Day['agents'],
  session_id: string,
  runaway: readonly IntentAnswer[],
): Promise<void> {
  const declined = runaway.length - passed(runaway);
  say(
    '',
    `The researcher runs away: ${passed(runaway)} payments, then its cap of $0.90 stops it; ${declined} are refused.`,
  );
  const { remaining_usd } = await client.agents.spend('researcher');
  const payment = {
    agent_id: agents.researcher,
    session_id,
    service: 'scrape',
    capture: true,
    labels: { step: 'loop' },
  };
  if (remaining_usd) await client.payments.authorize({ ...payment, amount: remaining_usd.toFixed(6) });
  const above = await client.payments.authorize({ ...payment, amount: '0.000001' }, { declines: 'return' });
  const spend = await client.agents.spend('researcher');
  if (above.status !== 'declined' || spend.spent_usd !== 0.9) throw new Error('the cap was not kept to the unit');
  say('', `It spends the last $${remaining_usd?.toFixed(6)} to the unit; one millionth of a dollar more is refused.`);
}

/** Holds: captured with less than was held, voided, captured and refunded. */
async function holdsThatSettle(
  client: BursarClient,
  agents: Day['agents'],
  sessions: Readonly<Record<Name, string>>,
): Promise<void> {
  const hold = (amount: string) =>
    client.payments.authorize({
      agent_id: agents.planner,
      session_id: sessions.planner,
      service: 'search',
      amount,
      labels: { step: 'priced by use' },
    });
  for (let index = 0; index < 8; index++) {
    const held = await hold('0.01');
    await client.payments.capture(held.payment_id, { amount: '0.0065' });
  }
  const unused = await hold('0.015');
  await client.payments.void(unused.payment_id);
  const returned = await hold('0.012');
  await client.payments.capture(returned.payment_id, {});
  await client.payments.refund(returned.payment_id, { amount: '0.004', reason: 'half of the answer was missing' });
  await hold('0.02');
  say('10:00', 'Ten holds: eight captured for less than was held, one voided, one captured and refunded in part.');
  say('', 'An eleventh stays open until the evening.');
}

function passed(answers: readonly IntentAnswer[]): number {
  return answers.filter((answer) => answer.status === 'captured').length;
}

/** The same order at every run: a story can be told again. */
function shuffled<Item>(items: readonly Item[]): Item[] {
  const order = items.map((item, index) => ({ item, rank: (index * 7919) % items.length }));
  return order.sort((one, other) => one.rank - other.rank).map(({ item }) => item);
}

function say(at: string, text: string): void {
  console.log(`  ${at.padEnd(5)}  ${text}`);
}
