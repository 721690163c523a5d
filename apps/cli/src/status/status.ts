import { BursarClient, type IntegrityAnswer } from '#client';

export interface Check {
  name: string;
  /** `unknown`: it could not be asked for want of a key. */
  state: 'ok' | 'down' | 'broken' | 'unknown';
  detail: string;
}

export interface Status {
  url: string;
  version: string;
  checks: Check[];
}

const PATIENCE_MS = 12_000;
const HEALTH_PATIENCE_MS = 5_000;

/** Asks everything that can be asked from outside; what does not answer is a finding, not an error. */
export async function statusOf(url: string, key: string | undefined, version: string): Promise<Status> {
  const client = new BursarClient({ url, token: key ?? '', deadline_ms: PATIENCE_MS });
  const health = await gatewayChecks(client);
  if (health.some(({ name, state }) => name === 'gateway' && state === 'down')) return { url, version, checks: health };
  if (key === undefined) {
    const detail = 'needs a key: BURSAR_API_KEY';
    const unknown = ['books', 'read models', 'log'].map((name) => ({ name, state: 'unknown' as const, detail }));
    return { url, version, checks: [...health, ...unknown] };
  }
  const asked = await Promise.all([
    check('books', () => books(client)),
    check('read models', () => readModels(client)),
    log(client),
  ]);
  return { url, version, checks: [...health, ...asked] };
}

async function gatewayChecks(client: BursarClient): Promise<Check[]> {
  try {
    const begin = performance.now();
    const health = await client.health({ deadline_ms: HEALTH_PATIENCE_MS });
    const answered: Check = { name: 'gateway', state: 'ok', detail: `answers in ${since(begin)}` };
    const parts = Object.entries(health.checks).map(([name, detail]): Check => ({
      name,
      state: detail === 'ok' ? 'ok' : 'down',
      detail: detail === 'ok' ? '' : detail,
    }));
    return [answered, ...parts];
  } catch (error) {
    return [{ name: 'gateway', state: 'down', detail: messageOf(error) }];
  }
}

async function books(client: BursarClient): Promise<string> {
  const begin = performance.now();
  await client.wallets.list({ limit: 1 });
  return `answer in ${since(begin)}`;
}

/** How many events the log of this organization's partition is ahead of the reports. */
async function readModels(client: BursarClient): Promise<string> {
  const { position } = await client.reports.spend();
  const page = await client.events.page({ cursor: position, limit: 200 });
  const behind = numberOf(page.position) - numberOf(position);
  if (behind <= 0) return 'up to date';
  return page.next_cursor === null ? `${behind} events behind` : `more than ${behind} events behind`;
}

async function log(client: BursarClient): Promise<Check> {
  try {
    const integrity = await client.integrity();
    return { name: 'log', state: integrity.status === 'broken' ? 'broken' : 'ok', detail: integrityText(integrity) };
  } catch (error) {
    return { name: 'log', state: 'down', detail: messageOf(error) };
  }
}

function integrityText(integrity: IntegrityAnswer): string {
  switch (integrity.status) {
    case 'whole':
      return `whole: ${integrity.events ?? 0} events, verified ${integrity.verified_at ?? ''}`;
    case 'verifying':
      return `is being verified: at ${integrity.position} of ${integrity.head}`;
    case 'broken': {
      const [first] = integrity.faults ?? [];
      return first ? `NOT whole: ${first.position} ${first.kind}: ${first.detail}` : 'NOT whole';
    }
  }
}

async function check(name: string, ask: () => Promise<string>): Promise<Check> {
  try {
    return { name, state: 'ok', detail: await ask() };
  } catch (error) {
    return { name, state: 'down', detail: messageOf(error) };
  }
}

function numberOf(position: string): number {
  return Number(position.split(':')[1]);
}

function since(begin: number): string {
  return `${Math.max(1, Math.round(performance.now() - begin))} ms`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
