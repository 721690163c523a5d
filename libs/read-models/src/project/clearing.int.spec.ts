import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readerPool } from '../schema/connections.js';
import { compareViewsWithLog } from '../check/compare-views-with-log.js';
import { append, project, readModelsDatabase } from '../../test-support/read-models-database.js';
import { Story } from '../../test-support/story.js';

const ABROAD = `org_${'7'.repeat(32)}`;
const FIGURES = { spent: '0', held: '0', earned: '0', refunded: '0' };

describe('payments between orgs in the views', () => {
  let database: Awaited<ReturnType<typeof readModelsDatabase>>;
  beforeAll(async () => void (database = await readModelsDatabase()), 60_000);
  afterAll(() => database.drop());

  it('D2, D15: given money to and from another org, when it is projected, then the views agree with the log', async () => {
    const story = new Story().agent('planner').agent('shop');
    const payee = { payee_org: ABROAD, handle: 'shop' };
    story.transfer('out', { units: 700 }).transfer('back', { units: 40 });
    for (const { event } of story.entries) if (event.type === 'payment.transferred') Object.assign(event, { payee });
    const source = { source_org: ABROAD, payment: `pay_${'5'.repeat(32)}`, handle: 'stranger' };
    story.tell({ type: 'clearing.settled', payment_id: story.id('pay', 'out'), amount: '700', asset: 'USD' });
    const shop = { agent_id: story.id('agt', 'shop'), handle: 'shop' };
    story.tell({ type: 'clearing.credited', source, payee: shop, amount: '90', asset: 'USD', postings: [] });
    const returned = {
      refund_id: story.id('pay', 'return'),
      refunded: '30',
      refunded_total: '30',
      credited_total: '90',
    };
    const credited_at = story.entries.at(-1)!.event.time;
    story.tell({
      type: 'clearing.refunded',
      source,
      payee: shop,
      asset: 'USD',
      ...returned,
      credited_at,
      postings: [],
    });
    story.tell({ type: 'clearing.refused', source, amount: '5', asset: 'USD', decline: {} });
    await append(database.url, story.entries);
    await project(database.url, 2);
    expect(await compareViewsWithLog(database.url)).toMatchObject({
      mismatches: [],
      mismatch_count: 0,
      quarantined: 0,
    });

    const pool = readerPool(database.url, { statement_timeout_ms: 10_000, connections: 1 });
    try {
      const { rows } = await pool.query(
        `select value, spent::text, held::text, earned::text, refunded::text from bursar_read.rollup
         where dimension = 'counterparty' order by value`,
      );
      expect(rows).toEqual([
        { ...FIGURES, value: `${ABROAD}/shop`, spent: '740' },
        { ...FIGURES, value: `${ABROAD}/stranger`, earned: '60' },
      ]);
    } finally {
      await pool.end();
    }
  });
});
