import { hash } from 'node:crypto';

/** 2026-01-01: answers are dated after it, by what was asked and not by a clock, so that the same question has the same answer. */
const FIRST_SECOND = 1_767_225_600;
const YEAR_SECONDS = 31_536_000;

/** Numbers, ids and choices that follow from a request: the same request gives the same ones, in whatever order they are drawn. */
export class Seed {
  constructor(private readonly text: string) {}

  hex(label: string, length: number): string {
    return hash('sha256', `${label}\n${this.text}`).slice(0, length);
  }

  /** Both bounds included. */
  between(label: string, least: number, most: number): number {
    return least + (Number.parseInt(this.hex(label, 8), 16) % (most - least + 1));
  }

  pick<Item>(label: string, items: readonly [Item, ...Item[]]): Item {
    return items[this.between(label, 0, items.length - 1)] ?? items[0];
  }

  uuid(label: string): string {
    const digits = this.hex(label, 32);
    const variant = ((Number.parseInt(digits.slice(16, 17), 16) & 3) | 8).toString(16);
    return [
      digits.slice(0, 8),
      digits.slice(8, 12),
      `4${digits.slice(13, 16)}`,
      `${variant}${digits.slice(17, 20)}`,
      digits.slice(20),
    ].join('-');
  }

  /** Since the epoch. */
  seconds(label: string): number {
    return FIRST_SECOND + this.between(label, 0, YEAR_SECONDS);
  }

  moment(label: string): Date {
    return new Date(this.seconds(label) * 1000);
  }
}
