// What the domain's specs import from @jest/globals: jest's own `expect` and its tables, on the functions of mocha.
import { expect } from 'expect';
import { bind } from 'jest-each';

// Mocha replaces its globals for each file, so they are looked up when they are called.
const describe = (title, define) => globalThis.describe(title, define);
const it = (title, prove) => globalThis.it(title, prove);
const beforeEach = (prepare) => globalThis.beforeEach(prepare);

describe.each = bind(describe, false);
it.each = bind(it, false);

export { beforeEach, describe, expect, it, it as test };
