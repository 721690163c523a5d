import { expect, it } from '@jest/globals';
import { makeTemporaryDirectory, projectRoot } from '#embedded';
import { EXIT } from '../exit-codes.js';
import { checkoutOf } from './bench.js';

it('bursar bench says where the benchmark is, where it is not part of what is installed', () => {
  expect(checkoutOf(projectRoot)).toBe(projectRoot);
  const installed = makeTemporaryDirectory();
  expect(() => checkoutOf(installed.path)).toThrow(
    expect.objectContaining({ exit_code: EXIT.failed, message: expect.stringContaining('test/bench') }),
  );
  installed.remove();
});
