import { describe, expect, it } from '@jest/globals';
import { ServiceLimits, type Entry } from './service-limits.js';

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

function entered(entry: Entry): Extract<Entry, { ok: true }> {
  if (!entry.ok) throw new Error(`not entered: ${entry.retry_after_ms}`);
  return entry;
}

describe('Calls of a service at once', () => {
  it('H4: are never more than may be in flight, and each has its turn, in order', async () => {
    const limits = new ServiceLimits();
    const [order, until] = [[] as number[], Date.now() + 10_000];
    let [running, most] = [0, 0];
    await Promise.all(
      Array.from({ length: 200 }, async (_, index) => {
        const entry = entered(await limits.enter('a', { in_flight: 3 }, until));
        order.push(index);
        most = Math.max(most, (running += 1));
        if (index % 7 === 0) await pause(1);
        else await Promise.resolve();
        running -= 1;
        entry.leave();
        // Who leaves twice makes no place for two.
        entry.leave();
      }),
    );
    expect([most, running, order.length]).toEqual([3, 0, 200]);
    expect(order).toEqual(Array.from({ length: 200 }, (_, index) => index));
  });

  it('H4: are waited for as long as there is time, and who gives up leaves no hole', async () => {
    const limits = new ServiceLimits();
    const first = entered(await limits.enter('a', { in_flight: 1 }, Date.now()));
    const patient = limits.enter('a', { in_flight: 1 }, Date.now() + 5_000);
    const hasty = limits.enter('a', { in_flight: 1 }, Date.now() + 20);
    const also = limits.enter('a', { in_flight: 1 }, Date.now() + 5_000);
    expect(await hasty).toEqual({ ok: false, retry_after_ms: 1_000 });
    expect(await limits.enter('a', { in_flight: 1 }, Date.now() - 1)).toMatchObject({ ok: false });
    first.leave();
    entered(await patient).leave();
    entered(await also).leave();
    for (let time = 0; time < 3; time += 1) entered(await limits.enter('a', { in_flight: 1 }, Date.now() - 1)).leave();
  });

  it('H4: of one service keep no other waiting', async () => {
    const limits = new ServiceLimits();
    for (const lane of ['org/a', 'org/b', 'other/a'])
      expect([lane, await limits.enter(lane, { in_flight: 1 }, Date.now())]).toMatchObject([lane, { ok: true }]);
  });
});

describe('Calls of a service in a minute', () => {
  const BOUNDS = { rate_per_minute: 60 };

  it('H4: begin at most a sixth of them at once, and then one after the other', async () => {
    let now = 1_000_000;
    const limits = new ServiceLimits(() => now);
    const enter = () => limits.enter('a', BOUNDS, now);
    for (let call = 0; call < 10; call += 1) entered(await enter()).leave();
    expect(await enter()).toEqual({ ok: false, retry_after_ms: 1_000 });
    now += 999;
    expect(await enter()).toMatchObject({ ok: false });
    now += 1;
    entered(await enter()).leave();
    expect(await enter()).toMatchObject({ ok: false });
    now += 3_600_000;
    for (let call = 0; call < 10; call += 1) entered(await enter()).leave();
    expect(await enter()).toMatchObject({ ok: false });
  });

  it('H4: wait behind those that wait already, and who is refused takes nobody’s place', async () => {
    let now = 1_000_000;
    const limits = new ServiceLimits(() => now);
    const bounds = { rate_per_minute: 6_000 };
    for (let call = 0; call < 1_000; call += 1) entered(await limits.enter('a', bounds, now)).leave();
    const [second, third] = [limits.enter('a', bounds, now + 100), limits.enter('a', bounds, now + 100)];
    expect(await limits.enter('a', bounds, now + 29)).toEqual({ ok: false, retry_after_ms: 30 });
    expect(await limits.enter('a', bounds, now + 29)).toEqual({ ok: false, retry_after_ms: 30 });
    entered(await second).leave();
    entered(await third).leave();
    now += 30;
    entered(await limits.enter('a', bounds, now)).leave();
  });

  it('H4: count only those that begin: who waited in vain for a turn has used up nothing', async () => {
    const now = 1_000_000;
    const limits = new ServiceLimits(() => now);
    const bounds = { rate_per_minute: 12, in_flight: 1 };
    const first = entered(await limits.enter('a', bounds, now));
    expect(await limits.enter('a', bounds, now)).toEqual({ ok: false, retry_after_ms: 1_000 });
    first.leave();
    entered(await limits.enter('a', bounds, now)).leave();
    expect(await limits.enter('a', bounds, now)).toEqual({ ok: false, retry_after_ms: 5_000 });
  });

  it('H4: have the bound that the service has now', async () => {
    let now = 1_000_000;
    const limits = new ServiceLimits(() => now);
    for (let call = 0; call < 100; call += 1) entered(await limits.enter('a', {}, now)).leave();
    entered(await limits.enter('a', BOUNDS, now)).leave();
    now += 60_000;
    for (let call = 0; call < 10; call += 1) entered(await limits.enter('a', BOUNDS, now)).leave();
    expect(await limits.enter('a', BOUNDS, now)).toMatchObject({ ok: false });
  });
});
