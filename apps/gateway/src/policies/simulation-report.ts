import { renderOtherwiseDecided, type OtherwiseDecided } from '#contracts';
import { formatAmount, type Asset, type PaymentEvent, type PolicyVerdict } from '#domain';

const SHOWN = 100;

interface RuleCount {
  rule: string;
  code: string;
  asset: Asset;
  payments: number;
  amount: bigint;
}

/** Adds up what a draft would have decided otherwise. */
export class SimulationReport {
  #judged = 0;
  #wouldRefuse = 0;
  #wouldPass = 0;
  readonly #rules = new Map<string, RuleCount>();
  readonly #refused: OtherwiseDecided[] = [];
  readonly #passed: OtherwiseDecided[] = [];

  add(event: PaymentEvent, verdict: PolicyVerdict): void {
    this.#judged += 1;
    if (verdict.kind === 'passes') return;
    const { payment_id, payer, amount, asset, time } = event;
    const head = { payment_id, agent_id: payer.agent_id, amount, asset, decided_at: time };
    if (verdict.kind === 'would_pass') {
      this.#wouldPass += 1;
      if (this.#passed.length < SHOWN) this.#passed.push({ ...head, decline: verdict.declined });
      return;
    }
    this.#wouldRefuse += 1;
    const { code, rule = code } = verdict.decline;
    const count = this.#rules.get(`${rule} ${asset}`) ?? { rule, code, asset, payments: 0, amount: 0n };
    count.payments += 1;
    count.amount += BigInt(amount);
    this.#rules.set(`${rule} ${asset}`, count);
    if (this.#refused.length < SHOWN) this.#refused.push({ ...head, decline: verdict.decline });
  }

  render(complete: boolean, judged_until: number) {
    return {
      judged: this.#judged,
      would_refuse: this.#wouldRefuse,
      would_pass: this.#wouldPass,
      rules: [...this.#rules.values()].map(({ rule, code, asset, payments, amount }) => ({
        rule,
        code,
        payments,
        currency: asset,
        amount: formatAmount(amount, asset),
      })),
      refused: this.#refused.map(renderOtherwiseDecided),
      passed: this.#passed.map(renderOtherwiseDecided),
      complete,
      judged_until: new Date(judged_until).toISOString(),
    };
  }
}

export type PolicySimulationAnswer = ReturnType<SimulationReport['render']>;
