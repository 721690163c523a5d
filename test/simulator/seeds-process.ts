import { runSeeds, type Seeds, type Tally } from './run-seeds.js';

/** What a process that runs histories tells the one that started it. */
export type SeedsMessage = { began: number } | { broke: string } | { tally: Tally };

const tell = (message: SeedsMessage): void => void process.send!(message);
const [from, to, step] = process.argv.slice(2).map(Number);
const seeds: Seeds = { from: from!, to: to!, step: step! };

// Whoever started it has gone: nobody would read the rest.
process.once('disconnect', () => process.exit(1));
const tally = await runSeeds(seeds, {
  began: (seed) => tell({ began: seed }),
  broke: (failure) => tell({ broke: failure.message }),
});
process.send!({ tally } satisfies SeedsMessage, () => process.exit(0));
