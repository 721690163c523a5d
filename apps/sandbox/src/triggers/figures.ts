/** What stands in an answer of usage and cost: the provider's own figures, or what a trigger puts in their place. */
export class Figures {
  constructor(
    private readonly instead: {
      readonly no_price?: boolean;
      readonly negative_price?: boolean;
      readonly reported_cost?: number;
      readonly usage?: number;
    },
  ) {}

  /** `made` where usage and cost are told at all. */
  told<Value>(made: Value): Value | undefined {
    return this.instead.no_price ? undefined : made;
  }

  /** In dollars, of millionths: a provider's JSON has a plain number there. */
  cost(millionths: number): number {
    const { reported_cost, negative_price } = this.instead;
    return reported_cost ?? (negative_price ? -millionths : millionths) / 1_000_000;
  }

  /** Credits, tokens. */
  units(count: number): number {
    const { usage, negative_price } = this.instead;
    return usage ?? (negative_price ? -count : count);
  }
}
