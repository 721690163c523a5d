import { TwoOwners, settled, type Beginning, type Scenario } from './two-owners.js';

export interface Enumerated {
  histories: number;
  /** Of the first history that broke something: what, and all its steps. */
  broken?: string;
}

/** Every history of a scenario: all orders of its steps, each run from the beginning. Stops at the first that is broken. */
export async function enumerate(
  scenario: Scenario,
  start: { beginning: Beginning; at: number; broken: ConstructorParameters<typeof TwoOwners>[2] },
): Promise<Enumerated> {
  const path: number[] = [];
  const widths: number[] = [];
  for (let histories = 1; ; histories++) {
    const history = new TwoOwners(scenario, start.at, start.broken);
    await history.begin(start.beginning);
    for (let depth = 0; ; depth++) {
      const options = history.options();
      if (options.length === 0) break;
      const step = options[(path[depth] ??= 0)]!;
      widths[depth] = options.length;
      widths.length = path.length = depth + 1 > path.length ? depth + 1 : path.length;
      history.steps.push(step.name);
      step.take();
      await settled();
    }
    await history.end();
    if (history.faults.length > 0)
      return { histories, broken: [...history.faults, ...history.steps.map((step) => `  ${step}`)].join('\n') };
    // The next one: another last step, where there is another.
    for (let last = path.length - 1; last >= 0 && path[last]! + 1 >= widths[last]!; last--) path.pop();
    if (path.length === 0) return { histories };
    path[path.length - 1]!++;
  }
}
