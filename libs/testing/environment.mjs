import { TestEnvironment } from 'jest-environment-node';

/** Hooks make databases and start services, which takes minutes where the machine is shared; a test that takes so long hangs. */
const HOOK_TIMEOUT_MS = 120_000;

/** Node, with a timeout of its own for hooks that do not say theirs. */
export default class Environment extends TestEnvironment {
  handleTestEvent(event) {
    if (event.name === 'hook_start') event.hook.timeout ??= HOOK_TIMEOUT_MS;
  }
}
