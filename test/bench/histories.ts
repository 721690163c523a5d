import type { LogFiller } from './fill-log.js';

const LABEL_STEPS = ['plan', 'search', 'read', 'write', 'check'];

/** Agents, one root session and below it a session an agent: the history that the log rows are measured on. */
export async function openOffice(
  filler: LogFiller,
  agents: number,
): Promise<{ agents: string[]; sessions: string[]; now: number }> {
  let now = Date.now() - 86_400_000;
  const ids: string[] = [];
  const sessions: string[] = [];
  const root = await filler.take(session({ labels: { goal: 'bench' } }), now);
  for (let index = 0; index < agents; index++) {
    const agent = await filler.take(
      {
        type: 'agent.register',
        handle: `office-${index}-${filler.position}`,
        limits: [{ of: 'amount', per: 'day', maximum: '1000000000000000', asset: 'USD' }],
        funding: 'treasury',
        token_hash: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
      },
      now,
    );
    ids.push(`agt_${agent}`);
    sessions.push(`ses_${await filler.take(session({ parent_session_id: `ses_${root}`, agent: ids.at(-1)! }), now)}`);
    now += 1;
  }
  return { agents: ids, sessions, now };
}

export function session(fields: Record<string, unknown>): { type: 'session.open' } & Record<string, unknown> {
  return {
    type: 'session.open',
    asset: 'USD',
    budget: 1_000_000_000_000n,
    mode: 'shared',
    labels: {},
    token_hash: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
    ...fields,
  };
}

/** Payments between the agents of an office, in their sessions, captured at once: one event each. */
export async function payInOffice(
  filler: LogFiller,
  office: { agents: readonly string[]; sessions: readonly string[]; now: number },
  payments: number,
  onProgress?: (done: number) => void,
): Promise<void> {
  const { agents, sessions } = office;
  for (let index = 0; index < payments; index++) {
    const payer = index % agents.length;
    const key = `bench-${filler.position.toString().padStart(12, '0')}`;
    await filler.take(
      {
        type: 'payment.authorize',
        key,
        fingerprint: 'v1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA',
        agent: agents[payer],
        session_id: sessions[payer],
        payee: index % 3 === 0 ? { service: 'search' } : { agent: agents[(payer + 1) % agents.length] },
        amount: 1_000n + BigInt(index % 997),
        asset: 'USD',
        capture: true,
        protocol: 'direct',
        labels: { step: LABEL_STEPS[index % LABEL_STEPS.length] },
      },
      office.now + Math.floor(index / 50),
    );
    if (index % 50_000 === 0) onProgress?.(index);
  }
  await filler.flush();
}

/** The first command of a book. */
export function newOrganization(): { type: 'organization.create' } & Record<string, unknown> {
  return {
    type: 'organization.create',
    name: 'bench',
    default_asset: 'USD',
    first_use: {
      enabled: true,
      per_payment: '500000',
      per_day: '25000000',
      agents_maximum: 100,
      together_per_day: '100000000',
    },
    admin_key: { key_id: `key_${'0'.repeat(32)}`, token_hash: 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA' },
    initial_amount: 9_000_000_000_000_000n,
  };
}
