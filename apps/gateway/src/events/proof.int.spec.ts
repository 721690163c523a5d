import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventsAnswerSchema, integrityAnswerSchema, partitionOf, type CredentialView } from '#contracts';
import { FIRST_ORGANIZATION, formatToken, newId, newSecret } from '#security';
import { startGateway, type GatewayUnderTest } from '../../test-support/gateway-under-test.js';
import { TIME } from '../../test-support/recorded-events.js';
import type { LogEntry, Verification } from '../ports.js';

const PARTITION = partitionOf(FIRST_ORGANIZATION);
const OTHER = newId('org');
let gateway: GatewayUnderTest;
let log: LogEntry[] = [];
let verification: () => Promise<Verification>;
let verifications = 0;

beforeAll(async () => {
  gateway = await startGateway({
    log: {
      head: () => Promise.resolve({ position: log.length }),
      read: (_, after, upTo) => Promise.resolve(log.slice(after, upTo)),
    },
    verifier: {
      verify: () => {
        verifications += 1;
        return verification();
      },
    },
  });
});
afterAll(() => gateway.close());
beforeEach(() => {
  gateway.owner.forget();
  callAs({ subject: 'key_0', kind: 'key', role: 'finance' });
});

function callAs(credential: CredentialView): void {
  gateway.owner.on('query.credential', { kind: 'credential', credential });
}

function logOf(orgs: readonly string[], fields: object = {}): LogEntry[] {
  return orgs.map((org, index) => ({
    position: index + 1,
    payload: Buffer.from(
      JSON.stringify({
        type: 'agent.registered',
        org,
        time: TIME + index,
        agent_id: `agt_${index}`,
        token_hash: 'hash',
        ...fields,
      }),
    ),
  }));
}

async function walk(limit: number): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | null = '';
  for (let pages = 0; cursor !== null && pages < 100; pages += 1) {
    const { json } = await gateway.call('GET', `/v1/events?limit=${limit}${cursor === '' ? '' : `&cursor=${cursor}`}`);
    const page = eventsAnswerSchema.parse(json);
    ids.push(...page.events.map(({ id }) => id));
    cursor = page.next_cursor;
  }
  return ids;
}

describe('GET /v1/events', () => {
  it('F7, H2: gives each event of the org once and none of another org, whatever the size of pages', async () => {
    log = logOf(Array.from({ length: 57 }, (_, index) => (index % 3 === 0 ? FIRST_ORGANIZATION : OTHER)));
    const expected = log.filter((_, index) => index % 3 === 0).map(({ position }) => `evt_${PARTITION}_${position}`);
    for (const limit of [1, 2, 19, 200]) expect(await walk(limit)).toEqual(expected);
  });

  it('H1: looks at a bounded part of the log for one page, and goes on from there', async () => {
    log = logOf([...Array.from({ length: 12_000 }, () => OTHER), FIRST_ORGANIZATION]);
    const first = eventsAnswerSchema.parse((await gateway.call('GET', '/v1/events')).json);
    expect(first).toEqual({ events: [], next_cursor: `${PARTITION}:5000`, position: `${PARTITION}:5000` });
    expect(await walk(10)).toEqual([`evt_${PARTITION}_12001`]);
  });

  it('can be gone on from where the log ended', async () => {
    log = logOf([FIRST_ORGANIZATION]);
    const first = eventsAnswerSchema.parse((await gateway.call('GET', '/v1/events')).json);
    expect(first).toMatchObject({ next_cursor: null, position: `${PARTITION}:1` });
    log = logOf([FIRST_ORGANIZATION, FIRST_ORGANIZATION]);
    const { json } = await gateway.call('GET', `/v1/events?cursor=${first.position}`);
    expect(eventsAnswerSchema.parse(json).events.map(({ position }) => position)).toEqual([`${PARTITION}:2`]);
  });

  it('F4: leaves out hashes of credentials', async () => {
    log = logOf([FIRST_ORGANIZATION]);
    const { text } = await gateway.call('GET', '/v1/events');
    expect(text).not.toContain('token_hash');
  });

  it('F7: refuses the position of another partition', async () => {
    const called = await gateway.call('GET', `/v1/events?cursor=${(PARTITION + 1) % 64}:1`);
    expect(called).toMatchObject({ status: 422, json: { problems: [{ field: 'cursor' }] } });
  });

  it('D10: an agent’s token sees what concerns the agent, a session’s nothing', async () => {
    log = logOf([FIRST_ORGANIZATION, FIRST_ORGANIZATION, FIRST_ORGANIZATION]);
    const token = formatToken({ kind: 'agent', org: FIRST_ORGANIZATION, subject: newId('agt'), secret: newSecret() });
    callAs({ subject: 'agt_1', kind: 'agent', agent_id: 'agt_1' });
    const { json } = await gateway.call('GET', '/v1/events', { token });
    expect(eventsAnswerSchema.parse(json).events.map(({ id }) => id)).toEqual([`evt_${PARTITION}_2`]);
    callAs({ subject: 'ses_1', kind: 'session', session_id: 'ses_1' });
    const session = formatToken({
      kind: 'session',
      org: FIRST_ORGANIZATION,
      subject: newId('ses'),
      secret: newSecret(),
    });
    expect(await gateway.call('GET', '/v1/events', { token: session })).toMatchObject({ status: 403 });
  });

  it('F1: a revoked key reads nothing', async () => {
    const refusal = { code: 'credential_invalid', scope: { kind: 'key', id: 'key_0' } } as const;
    gateway.owner.on('query.credential', { kind: 'refused', refusal });
    expect(await gateway.call('GET', '/v1/events')).toMatchObject({ status: 401 });
  });
});

describe('GET /v1/integrity', () => {
  it('D8: says where the first fault is, and asks for one verification however many call', async () => {
    verifications = 0;
    let finish: (found: Verification) => void = () => undefined;
    const started = new Promise<void>((start) => {
      verification = () => {
        start();
        return new Promise((resolve) => (finish = resolve));
      };
    });
    const calls = [gateway.call('GET', '/v1/integrity'), gateway.call('GET', '/v1/integrity')];
    await started;
    finish({ events: 6, partitions: [], faults: [{ position: 7, kind: 'hash_mismatch', detail: 'the bytes …' }] });
    for (const { status, json } of await Promise.all(calls)) {
      expect(status).toBe(200);
      expect(integrityAnswerSchema.parse(json)).toMatchObject({
        status: 'broken',
        events: 6,
        faults: [{ position: `${PARTITION}:7`, kind: 'hash_mismatch' }],
      });
    }
    await gateway.call('GET', '/v1/integrity');
    expect(verifications).toBe(1);
  });

  it('is for keys of the organization', async () => {
    callAs({ subject: 'agt_1', kind: 'agent', agent_id: 'agt_1' });
    expect(await gateway.call('GET', '/v1/integrity')).toMatchObject({
      status: 403,
      json: { code: 'role_not_allowed' },
    });
  });
});
