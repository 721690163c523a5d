import { describe, expect, it } from '@jest/globals';
import type { OwnerAnswer } from '#contracts';
import type { SettledResource } from '#event-log';
import { verifyRequest, type FacilitatorRequest } from '#x402';
import { details, ORG, requirements, wire } from '../../test-support/scripted.js';
import { ledgerRail } from '../x402/rails.js';
import type { Settled } from '../x402/settled.js';
import { Cataloguer } from './cataloguer.js';

const bazaar = {
  info: { input: { type: 'http', method: 'GET' } },
  schema: { type: 'object', required: ['input'] },
};

function asked(url = 'https://writer.example/page', extensions: object = { bazaar }): FacilitatorRequest {
  const paymentPayload = { x402Version: 2, resource: { url }, accepted: requirements, payload: {}, extensions };
  const call = wire({ x402Version: 2, paymentPayload, paymentRequirements: requirements });
  const verified = verifyRequest(call, 'settle', [ledgerRail('test')]);
  if (!verified.ok) throw new Error(JSON.stringify(verified.problems));
  return verified.request;
}

function event(type = 'payment.captured', fields: object = {}): Settled {
  return { ...details, type, org: ORG, captured: '50000', time: 1_000, ...fields } as unknown as Settled;
}

const accepting = (accepted: boolean): OwnerAnswer => ({ kind: 'foreign_payments', accepted });

function cataloguerWith(options: { answer?: OwnerAnswer; keep?: (one: SettledResource) => Promise<void> } = {}) {
  const kept: SettledResource[] = [];
  const warned: string[] = [];
  const askedOf: string[] = [];
  const clock = { now: 1_000_000, sweeps: 0 };
  const cataloguer = new Cataloguer({
    owners: {
      send: (org) => {
        askedOf.push(org);
        return Promise.resolve(options.answer ?? accepting(true));
      },
    },
    catalogue: {
      keep: options.keep ?? ((one) => Promise.resolve(void kept.push(one))),
      sweep: () => Promise.resolve((clock.sweeps += 1)),
    },
    logger: { warn: (_: unknown, message?: string) => void warned.push(message ?? '') },
    now: () => clock.now,
  });
  return { cataloguer, kept, warned, askedOf, clock };
}

/** Turns of the loop, not time: where the machine stalls, a timer is over before what was to be done by then. */
async function idle(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await new Promise(setImmediate);
}

describe('cataloguing what was settled', () => {
  it('H4: happens behind the answer, with the setting of the payee’s org as it is then', async () => {
    const { cataloguer, kept, askedOf } = cataloguerWith();
    cataloguer.note(asked(), event());
    expect(kept).toEqual([]);
    await idle();
    expect(askedOf).toEqual([ORG]);
    expect(kept).toMatchObject([
      { org: ORG, resource: 'https://writer.example/page', takes_foreign_payments: true, settled_at: 1_000 },
    ]);
  });

  it('F7: is the payee’s org’s, where the payer is of another one', async () => {
    const { cataloguer, kept, askedOf } = cataloguerWith();
    cataloguer.note(asked(), event('payment.transferred', { payee: { payee_org: 'org_there', handle: 'shop' } }));
    await idle();
    expect([kept[0]?.org, askedOf]).toEqual(['org_there', ['org_there']]);
  });

  it.each<[string, OwnerAnswer]>([
    ['the org takes none', accepting(false)],
    ['nobody says', { kind: 'unavailable', code: 'book_unavailable' }],
  ])('F7: is for nobody else where of foreign payments %s', async (_, answer) => {
    const { cataloguer, kept } = cataloguerWith({ answer });
    cataloguer.note(asked(), event());
    await idle();
    expect(kept).toMatchObject([{ takes_foreign_payments: false }]);
  });

  it.each([
    ['a hold that was made firm', event('payment.dispatched')],
    ['a hold that was given back', event('payment.voided')],
    ['nothing', event('payment.captured', { captured: '0' })],
  ])('C4: is not done for %s', async (_, settled) => {
    const { cataloguer, kept } = cataloguerWith();
    cataloguer.note(asked(), settled);
    await idle();
    expect(kept).toEqual([]);
  });

  it('H4: a hot resource is written once a minute, and what is declared wrongly is looked at as often', async () => {
    const { cataloguer, kept, clock, askedOf } = cataloguerWith();
    for (let turn = 0; turn < 1_000; turn++) {
      cataloguer.note(asked(), event());
      cataloguer.note(asked('https://writer.example/bad', { bazaar: { info: {} } }), event());
    }
    cataloguer.note(asked('https://writer.example/other'), event());
    await idle();
    expect(kept.map(({ resource }) => resource.slice(23))).toEqual(['page', 'other']);
    expect(askedOf).toHaveLength(2);
    clock.now += 60_000;
    cataloguer.note(asked(), event());
    await idle();
    expect(kept).toHaveLength(3);
    expect(clock.sweeps).toBe(2);
  });

  it('H4: what cannot be written is told and costs nothing else; the next settlement after a minute writes it', async () => {
    let isDown = true;
    const kept: string[] = [];
    const { cataloguer, warned, clock } = cataloguerWith({
      keep: ({ resource }) => (isDown ? Promise.reject(new Error('down')) : Promise.resolve(void kept.push(resource))),
    });
    cataloguer.note(asked(), event());
    await idle();
    expect(warned).toHaveLength(1);
    isDown = false;
    clock.now += 60_000;
    cataloguer.note(asked(), event());
    await idle();
    expect(kept).toEqual(['https://writer.example/page']);
  });

  it('H4: while nothing can be written no more than so much waits, and two are written at a time', async () => {
    const open: (() => void)[] = [];
    let written = 0;
    const { cataloguer } = cataloguerWith({
      keep: () => new Promise((resolve) => void open.push(() => resolve(void (written += 1)))),
    });
    for (let turn = 0; turn < 1_000; turn++) cataloguer.note(asked(`https://writer.example/${turn}`), event());
    await idle();
    expect(open).toHaveLength(2);
    for (let turn = 0; turn < 1_000 && open.length > 0; turn++) {
      open.shift()!();
      await new Promise(setImmediate);
    }
    expect(written).toBe(256);
  });
});
