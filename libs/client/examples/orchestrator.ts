import { BursarBus, BursarClient, DeclinedError } from '#client';

interface Options {
  url: string;
  natsUrl: string;
  key: string;
  print: (line: string) => void;
}

/** An orchestrator gives a piece of work a budget, pays out of it, and reads what it cost. */
export async function runWork(options: Options): Promise<string> {
  const bursar = new BursarClient({ url: options.url, token: options.key });
  await bursar.agents.create({ handle: 'researcher', daily_cap: '20.00', per_tx_limit: '0.50' });
  await bursar.agents.create({ handle: 'summarizer' });
  const work = await bursar.sessions.open({ budget: '1.00', agent_id: 'researcher', label: 'goal=42' });

  // One payment over HTTP: retried with its key until it has an answer, so it takes effect once.
  await bursar.payments.pay({ payee: 'summarizer', amount: '0.05', session_id: work.session_id });

  // A hold first, where the price is known only afterwards.
  const hold = await bursar.payments.authorize({ service: 'search', amount: '0.10', session_id: work.session_id });
  await bursar.payments.capture(hold.payment_id, { amount: '0.03' });

  // A refusal says which rule, its figures, and what to do.
  try {
    await bursar.payments.pay({ payee: 'summarizer', amount: '0.60', session_id: work.session_id });
  } catch (error) {
    if (!(error instanceof DeclinedError)) throw error;
    options.print(`${error.code}: limit ${error.limit}, requested ${error.requested}. ${error.action}`);
  }

  // Thousands of payments: over the bus, where a refusal is a value.
  const bus = await BursarBus.connect({ url: options.natsUrl, token: options.key });
  const intents = Array.from({ length: 100 }, () => ({
    agent_id: 'researcher',
    payee: 'summarizer',
    amount: '0.01',
    capture: true,
    session_id: work.session_id,
  }));
  const settled = await bus.publishMany(intents, { concurrency: 50 });
  const paid = settled.filter((each) => each.status === 'fulfilled' && each.value.status === 'captured');
  options.print(`${paid.length} paid, then the budget was used up`);
  await bus.close();

  const { remaining_exact } = await bursar.sessions.get(work.session_id);
  await bursar.sessions.close(work.session_id);
  return remaining_exact;
}
