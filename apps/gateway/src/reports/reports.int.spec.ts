import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { spendReportSchema } from '#contracts';
import type { ReportRow, SpendReport, SpendReportQuery } from '#read-models';
import { FIRST_ORGANIZATION } from '#security';
import { startGateway, type GatewayUnderTest } from '../../test-support/gateway-under-test.js';
import { TIME } from '../../test-support/recorded-events.js';

const asked: SpendReportQuery[] = [];
let report: (query: SpendReportQuery) => SpendReport;
let gateway: GatewayUnderTest;

beforeAll(async () => {
  gateway = await startGateway({
    reports: {
      spendReport: (query) => {
        asked.push(query);
        return Promise.resolve(report(query));
      },
      listPayments: () => Promise.reject(new Error('not asked here')),
      listPaymentRequests: () => Promise.reject(new Error('not asked here')),
    },
  });
});
afterAll(() => gateway.close());
beforeEach(() => {
  asked.length = 0;
  gateway.owner.on('query.credential', {
    kind: 'credential',
    credential: { subject: 'key_0', kind: 'key', role: 'finance' },
  });
});

const figures = {
  currency: 'USD',
  spent: '1.5',
  held: '0',
  earned: '0',
  refunded: '0',
  payments: 3,
  declined: 1,
} as const;

function rows(...labels: (string | null)[]): ReportRow[] {
  return labels.map((label) => ({ label, ...figures }));
}

function reportOf(found: ReportRow[], next_cursor: string | null = null): SpendReport {
  return { rows: found, totals: [figures], position: '3:7', as_of: TIME, next_cursor };
}

describe('GET /v1/reports/spend', () => {
  it('D2: asks for what the caller asks for, of the caller’s org alone, and answers the total beside the rows', async () => {
    report = () => reportOf(rows('goal=draft', null));
    const { status, json } = await gateway.call(
      'GET',
      '/v1/reports/spend?group_by=label,day&from=2026-01-01&to=2026-02-01&agent=@writer&session_id=&limit=10',
    );
    expect(status).toBe(200);
    expect(spendReportSchema.parse(json)).toMatchObject({
      rows: [{ label: 'goal=draft', spent: '1.5' }, { label: null }],
      total: { currency: 'USD', spent: '1.5', payments: 3 },
      position: '3:7',
      as_of: '2026-01-01T12:00:00.000Z',
    });
    expect(asked).toEqual([
      {
        org: FIRST_ORGANIZATION,
        group_by: ['label', 'day'],
        from: Date.UTC(2026, 0, 1),
        to: Date.UTC(2026, 1, 1),
        filters: { agent: 'writer', session: '' },
        limit: 10,
      },
    ]);
  });

  it('gives CSV with every row, quoted where it must be, and where it ends', async () => {
    report = ({ cursor }) =>
      cursor === undefined
        ? reportOf(rows('a,"b"'), 'next')
        : reportOf([{ label: 'c', ...figures, spent: '0.000001' }]);
    const { status, headers, text } = await gateway.call('GET', '/v1/reports/spend?group_by=label&format=csv');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(headers.get('bursar-position')).toBe('3:7');
    expect(headers.get('bursar-next-cursor')).toBeNull();
    expect(text.split('\r\n')).toEqual([
      'label,currency,spent,held,earned,refunded,payments,declined',
      '"a,""b""",USD,1.5,0,0,0,3,1',
      'c,USD,0.000001,0,0,0,3,1',
      '',
    ]);
  });

  it('H1: bounds a CSV and says that there is more', async () => {
    report = () => reportOf(rows(...Array.from({ length: 200 }, (_, index) => `l${index}`)), 'more');
    const { headers, text } = await gateway.call('GET', '/v1/reports/spend?group_by=label&format=csv');
    expect(headers.get('bursar-next-cursor')).toBe('more');
    expect(text.split('\r\n')).toHaveLength(10_002);
    const page = await gateway.call('GET', '/v1/reports/spend?group_by=label&format=csv&limit=200');
    expect(page.headers.get('bursar-next-cursor')).toBe('more');
    expect(page.text.split('\r\n')).toHaveLength(202);
  });

  it('is for keys of the organization', async () => {
    gateway.owner.on('query.credential', { kind: 'credential', credential: { subject: 'agt_1', kind: 'agent' } });
    expect(await gateway.call('GET', '/v1/reports/spend?group_by=agent')).toMatchObject({ status: 403 });
    expect(asked).toEqual([]);
  });

  it.each([
    ['group_by=colour', 'group_by[0]'],
    ['group_by=agent&as_of=2026-01-01', 'as_of'],
    ['group_by=agent&from=yesterday', 'from'],
    ['group_by=agent&format=parquet', 'format'],
    ['group_by=agent&currency=EUR', 'currency'],
  ])('A10: refuses %s by name', async (query, field) => {
    const called = await gateway.call('GET', `/v1/reports/spend?${query}`);
    expect(called).toMatchObject({ status: 422, json: { code: 'query_invalid', problems: [{ field }] } });
    expect(asked).toEqual([]);
  });
});
