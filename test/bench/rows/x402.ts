import { BursarClient } from '#client';
import { EvmWallet, type Token } from '../../support/evm-wallet.js';
import type { Instance } from '../../support/instance.js';
import type { HttpRun } from '../load-http.js';
import { loadX402, type X402Pair } from '../load-x402.js';
import { mismatches } from '../load.js';
import { busiest } from '../processes.js';
import { median, type Row } from '../report.js';

const AGENTS = 50;
const IN_FLIGHT = 16;
const UNITS = 1_000n;
/** Until the engine has compiled what is called: until then a payment takes twice as long. */
const WARM_SECONDS = 20;

interface Agent {
  handle: string;
  token: string;
}

/** x402 over HTTP: whole payments by token (resolve, verify, settle) and by a wallet's signature (verify, settle). */
export async function x402Rows(instance: Instance, runs: number, seconds: number): Promise<Row[]> {
  const client = new BursarClient({ url: instance.url, token: instance.adminKey });
  const created = await Promise.all(
    Array.from({ length: AGENTS }, (_, index) => client.agents.create({ handle: `x402-${index}` })),
  );
  const agents = created.map(({ handle, token }): Agent => ({ handle, token: token! }));
  const forms: readonly [name: string, target: number | undefined, pairs: X402Pair[]][] = [
    ['resolve + verify + settle', 1_000, byToken(agents)],
    ['EVM exact: sign + verify + settle', undefined, await byWallet(instance, agents)],
  ];
  const rows: Row[] = [];
  for (const [name, target, pairs] of forms) {
    await loadX402(instance, pairs, IN_FLIGHT, WARM_SECONDS);
    const found: HttpRun[] = [];
    for (let run = 0; run < runs; run++) found.push(await loadX402(instance, pairs, IN_FLIGHT, seconds));
    rows.push(...rowsOf(name, target, found, seconds, await mismatches(instance)));
  }
  return rows;
}

function byToken(agents: readonly Agent[]): X402Pair[] {
  return agents.map((payer, index) => {
    const payee = agents[(index + 1) % AGENTS]!;
    const requirements = requirementsOf('ledger:main', 'USD', payee.handle);
    const challenge = { x402Version: 2, resource: { url: 'https://example.com/report' }, accepts: [requirements] };
    return { payee_token: payee.token, requirements, pays: { payer_token: payer.token, challenge } };
  });
}

async function byWallet(instance: Instance, agents: readonly Agent[]): Promise<X402Pair[]> {
  const { kinds } = (await (await fetch(`${instance.url}/x402/supported`)).json()) as {
    kinds: { network: string; extra: Record<string, string> }[];
  };
  const { network, extra } = kinds.find((kind) => kind.network.startsWith('eip155:'))!;
  const { asset, name, version } = extra as Record<'asset' | 'name' | 'version', string>;
  const token: Token = { chainId: BigInt(network.slice('eip155:'.length)), asset, name, version };
  const wallets = await Promise.all(agents.map((agent) => registeredWallet(instance, agent)));
  return wallets.map((wallet, index) => {
    const payee = (index + 1) % AGENTS;
    const { address } = wallets[payee]!;
    const requirements = { ...requirementsOf(network, asset, address), extra: { name, version } };
    return {
      payee_token: agents[payee]!.token,
      requirements,
      pays: { sign: () => wallet.authorize(token, address, UNITS) },
    };
  });
}

/** An address with which the agent pays, proven by its key. */
async function registeredWallet(instance: Instance, agent: Agent): Promise<EvmWallet> {
  const wallet = new EvmWallet();
  const url = `${instance.url}/v1/agents/${agent.handle}/addresses`;
  const headers = { authorization: `Bearer ${agent.token}`, 'content-type': 'application/json' };
  const { text_to_sign } = (await (await fetch(url, { headers })).json()) as { text_to_sign: string };
  const signature = wallet.signText(text_to_sign.replace('{address}', wallet.address));
  const body = JSON.stringify({ address: wallet.address, signature });
  const answer = await fetch(url, { method: 'POST', headers, body });
  if (!answer.ok) throw new Error(`An address was not registered: ${await answer.text()}`);
  return wallet;
}

function requirementsOf(network: string, asset: string, payTo: string) {
  return { scheme: 'exact', network, amount: UNITS.toString(), asset, payTo, maxTimeoutSeconds: 60 };
}

function rowsOf(name: string, target: number | undefined, found: HttpRun[], seconds: number, wrong: number): Row[] {
  const failed = found.reduce((sum, run) => sum + run.failed, 0);
  const row = (unit: string, of: (run: HttpRun) => number, aim: string, reached: (value: number) => boolean): Row => ({
    name: `x402 ${name}, ${IN_FLIGHT} in flight: ${unit}`,
    runs: found.map(of),
    unit,
    ...(target === undefined ? {} : { target: aim, reached: reached(median(found.map(of))) && failed === 0 }),
    limit: busiest(found.at(-1)!.shares),
    conditions: `${AGENTS} agents pay each other by their own credentials, ${seconds} s a run, clients included, warmed up for ${WARM_SECONDS} s; ${failed} failed`,
    mismatches: wrong,
    details: { shares_of_a_core: found.map((run) => run.shares) },
  });
  return [
    row(
      'payments/s',
      (run) => run.per_second,
      '≥ 1,000/s',
      (value) => value >= (target ?? 0),
    ),
    row(
      'p99 ms',
      (run) => run.p99_ms,
      'p99 ≤ 50 ms',
      (value) => value <= 50,
    ),
  ];
}
