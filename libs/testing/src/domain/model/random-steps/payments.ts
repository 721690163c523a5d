import fc from 'fast-check';
import { HANDLES, type Step } from '../steps/step.js';
import { FOREIGN, Pay } from '../steps/pay.js';
import { Later, type Ending } from '../steps/later.js';
import { ChangeAddress, PaySigned } from '../steps/addresses.js';
import { Redeem, TERMS } from '../steps/redeem.js';
import { asset, handle, maybe, number } from './fields.js';

export const payFields = fc
  .record({
    payee: fc.oneof(
      { arbitrary: fc.nat(1), weight: 4 },
      { arbitrary: fc.nat(HANDLES.length + 1), weight: 1 },
      { arbitrary: fc.constant(FOREIGN), weight: 1 },
    ),
    amount: fc.oneof(
      { arbitrary: fc.integer({ min: 1, max: 9 }), weight: 3 },
      { arbitrary: fc.integer({ min: 1, max: 40 }), weight: 1 },
    ),
    asset,
    capture: fc.boolean(),
    session: fc.oneof({ arbitrary: number, weight: 2 }, { arbitrary: fc.constant(undefined), weight: 1 }),
    expires_in_s: fc.constantFrom(900, 60, 5),
  })
  .map((fields) => ({ ...fields, key: undefined }));
export const pay = fc.tuple(handle, payFields).map(([who, fields]): Step => new Pay({ ...fields, handle: who }));

/** Few bodies and few keys, so that the same key comes again with the same body, and with another. */
export const keyedPay = fc
  .record({ handle, payee: fc.constantFrom(0, 0, 0, 1), capture: fc.boolean(), key: fc.constantFrom('a', 'b') })
  .map((fields): Step => new Pay({ ...fields, amount: 4, asset: 'USD', session: undefined, expires_in_s: 60 }));

export const signed = fc
  .record({
    number: fc.nat(3),
    payee: handle,
    amount: fc.integer({ min: 1, max: 9 }),
    nonce: fc.nat(12),
    attempt: fc.nat(1),
  })
  .map((fields): Step => new PaySigned(fields));
export const changeAddress = fc
  .tuple(
    fc.constantFrom<'register' | 'remove'>('register', 'register', 'remove'),
    handle,
    fc.oneof({ arbitrary: fc.nat(3), weight: 4 }, { arbitrary: fc.nat(12), weight: 1 }),
  )
  .map((fields): Step => new ChangeAddress(...fields));

export const later = fc
  .tuple(
    fc.constantFrom<Ending>('capture', 'capture', 'void', 'refund', 'dispatch'),
    number,
    maybe(fc.nat(20)),
    fc.boolean(),
  )
  .map(([what, which, amount, final]): Step => new Later(what, which, amount, final));
export const redeem = fc
  .tuple(
    fc.constantFrom('capture' as const, 'capture' as const, 'confirm' as const, 'release' as const),
    number,
    maybe(fc.integer({ min: -1, max: 20 })),
    fc.constantFrom('a', 'b'),
    fc.oneof({ arbitrary: fc.constant(TERMS), weight: 9 }, { arbitrary: fc.constant('other terms'), weight: 1 }),
  )
  .map((fields): Step => new Redeem(...fields));
