import type { BookEvent } from '#domain';
import { check } from './check.js';
import type { PlainBook } from './plain-book.js';

type Books = ReadonlyMap<string, PlainBook>;

/** D15, at rest: each payment to another org has ended the same way in both books, and nothing is between them. */
export function checkClearing(books: Books): void {
  for (const book of books.values()) {
    for (const payment of book.payments.values()) {
      if (payment.abroad === undefined || payment.captured === 0n) continue;
      const there = books.get(payment.abroad)?.incoming.credits.get(payment.id);
      const what = `D15: ${payment.id} of ${book.org}`;
      check(payment.settled !== (payment.reversed !== undefined), `${what} has not ended, or twice`);
      if (!books.has(payment.abroad)) check(payment.reversed === 'organization_not_found', `${what} went nowhere`);
      else check(there?.refused === payment.reversed, `${what} has ended otherwise in the other book`);
      if (!payment.settled) continue;
      check(there?.source_org === book.org, `${what} was credited as another org's`);
      check(there?.credited === payment.captured, `${what} was credited with ${there?.credited}`);
      check(there?.refunded === payment.refunded, `${what} gave back ${there?.refunded}, and got ${payment.refunded}`);
    }
    for (const [id, { source_org }] of book.incoming.credits)
      check(books.get(source_org)?.payments.get(id)?.abroad === book.org, `D15: ${id} was never paid to ${book.org}`);
    check(book.incoming.returning.size === 0, `D15: refunds of ${book.org} have not arrived`);
  }
}

/**
 * D1: what is between the books, by the order in which it was committed, is never less than nothing, and nothing at the end.
 * Events of one moment may be told in any order.
 */
export function checkConservation(log: readonly { event: BookEvent; at: number }[]): void {
  let between = 0n;
  const inOrder = log.toSorted((one, other) => one.at - other.at);
  for (const [index, { event, at }] of inOrder.entries()) {
    if ('postings' in event)
      for (const { debit, credit, amount } of event.postings) {
        if (debit.startsWith('clearing:')) between -= BigInt(amount);
        if (credit.startsWith('clearing:')) between += BigInt(amount);
      }
    if (inOrder[index + 1]?.at !== at)
      check(between >= 0n, `D1: ${-between} more has come into books than has left others`);
  }
  check(between === 0n, `D1: ${between} has left books and come into none`);
}
