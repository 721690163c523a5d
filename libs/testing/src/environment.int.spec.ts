import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeTemporaryDirectory, projectRoot } from '#embedded';
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

interface Reported {
  testResults: { assertionResults: { title: string; status: string; failureMessages: string[] }[] }[];
}

/** A hook and a test that take longer than the timeout of tests, and a hook that says its own. */
const SPEC = `
const slow = () => new Promise((resolve) => setTimeout(resolve, 900));
describe('a slow hook', () => {
  beforeAll(slow);
  it('has its time', () => {});
});
describe('a hook that says its timeout', () => {
  beforeAll(slow, 300);
  it('has no more than that', () => {});
});
it('a slow test has not', slow);
it('a slow test that says so has', slow, 10_000);
`;

const place = makeTemporaryDirectory();
let results: Map<string, { status: string; why: string }>;
beforeAll(() => {
  const report = join(place.path, 'report.json');
  const config = {
    rootDir: place.path,
    testEnvironment: join(projectRoot, 'libs/testing/environment.mjs'),
    testTimeout: 300,
    transform: {},
  };
  writeFileSync(join(place.path, 'slow.test.js'), SPEC);
  const jest = ['node_modules/jest/bin/jest.js', '--config', JSON.stringify(config), '--json', '--outputFile', report];
  spawnSync(process.execPath, ['--experimental-vm-modules', ...jest], { cwd: projectRoot, stdio: 'ignore' });
  const { testResults } = JSON.parse(readFileSync(report, 'utf8')) as Reported;
  results = new Map(
    testResults[0]!.assertionResults.map(({ title, status, failureMessages }) => [
      title,
      { status, why: failureMessages.join('\n') },
    ]),
  );
});
afterAll(() => place.remove());

describe('Timeouts of this project’s tests', () => {
  it('are longer for a hook, which makes databases, than for a test', () => {
    expect(results.get('has its time')).toEqual({ status: 'passed', why: '' });
    const timeout = expect.stringContaining('Exceeded timeout of 300 ms for a test');
    expect(results.get('a slow test has not')).toEqual({ status: 'failed', why: timeout });
  });

  it('are what a hook or a test says, where it says one', () => {
    const timeout = expect.stringContaining('Exceeded timeout of 300 ms for a hook');
    expect(results.get('has no more than that')).toEqual({ status: 'failed', why: timeout });
    expect(results.get('a slow test that says so has')).toEqual({ status: 'passed', why: '' });
  });
});
