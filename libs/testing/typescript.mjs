// Lets Node run the TypeScript sources: node --conditions=bursar-source --import ./libs/testing/typescript.mjs <file.ts>
// For processes that tests start: they run what the tests were written against, not an older dist/.
import { register } from 'node:module';

register('./typescript-hooks.mjs', import.meta.url);
