import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';

/**
 * The metrics of one process. Asking for a metric that exists gives that one: modules need not agree on who
 * creates it, and a second application in the same test process is no error.
 */
export class Metrics {
  readonly registry = new Registry();

  counter<Label extends string = string>(name: string, help: string, labels: readonly Label[] = []): Counter<Label> {
    return (this.existing(name, Counter) ??
      new Counter({ name, help, labelNames: [...labels], registers: [this.registry] })) as Counter<Label>;
  }

  gauge<Label extends string = string>(name: string, help: string, labels: readonly Label[] = []): Gauge<Label> {
    return (this.existing(name, Gauge) ??
      new Gauge({ name, help, labelNames: [...labels], registers: [this.registry] })) as Gauge<Label>;
  }

  /** `buckets` are upper bounds in the unit that the metric's name ends in. */
  histogram<Label extends string = string>(
    name: string,
    help: string,
    buckets: readonly number[],
    labels: readonly Label[] = [],
  ): Histogram<Label> {
    return (this.existing(name, Histogram) ??
      new Histogram({
        name,
        help,
        buckets: [...buckets],
        labelNames: [...labels],
        registers: [this.registry],
      })) as Histogram<Label>;
  }

  /** CPU, memory, event loop delay and garbage collection of this process. */
  collectProcessMetrics(): void {
    collectDefaultMetrics({ register: this.registry });
  }

  /** The page that Prometheus scrapes. */
  async page(): Promise<{ contentType: string; body: string }> {
    return { contentType: this.registry.contentType, body: await this.registry.metrics() };
  }

  private existing(name: string, kind: abstract new (...parameters: never[]) => unknown): unknown {
    const metric: unknown = this.registry.getSingleMetric(name);
    if (metric !== undefined && !(metric instanceof kind)) {
      throw new Error(`The metric ${name} exists already as another kind than ${kind.name}`);
    }
    return metric;
  }
}
