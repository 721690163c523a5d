// Lets mocha run the specs as they are. Stryker's runner for mocha keeps the modules loaded and only switches from one mutant
// to the next; its runner for jest loads every spec anew for each of them, which took a hundred times as long.
import { register } from 'node:module';

register('../../libs/testing/typescript-hooks.mjs', import.meta.url);
register('./jest-in-mocha-hooks.mjs', import.meta.url);
