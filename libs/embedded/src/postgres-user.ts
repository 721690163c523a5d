import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, lchownSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { dieWithParent } from './launch-server.js';

/** How PostgreSQL, which refuses to be root, is run. */
export interface PostgresUser {
  /** Put before every command. */
  wrap(command: readonly string[], lifetime: 'server' | 'tool'): string[];
  /** Gives the files of the folder to the user that PostgreSQL runs as. */
  own(directory: string): void;
}

interface Identity {
  readonly uid: number;
  readonly gid: number;
}

/**
 * A normal user runs PostgreSQL as itself. For root there are three ways, and the first that works is taken:
 *
 * 1. a user namespace in which root has another number: files stay root's, and folders that only root may enter
 *    are no hindrance;
 * 2. another user that keeps the right to pass closed folders: where namespaces are off, or where a folder
 *    above belongs to somebody else;
 * 3. another user, plainly: where the system has no such rights to give.
 *
 * A cluster that belongs to a normal user is always run as that user, so that it can still be used without root.
 */
export function postgresUser(options: { directory: string; postgres: string; way?: Way }): PostgresUser {
  if (process.getuid?.() !== 0) return plain;
  const cluster = join(options.directory, 'cluster');
  const owner: Identity | undefined = existsSync(cluster) ? statSync(cluster) : undefined;
  const other = owner && owner.uid !== 0 ? owner : unprivilegedUser();
  const ways: Record<Way, () => PostgresUser> = {
    namespace: inNamespace,
    capability: () => asOtherUser(other, ['--inh-caps=+dac_override', '--ambient-caps=+dac_override']),
    user: () => asOtherUser(other, []),
  };
  const order: Way[] = owner && owner.uid !== 0 ? ['capability', 'user'] : ['namespace', 'capability', 'user'];
  for (const way of options.way ? [options.way] : order) {
    const user = ways[way]();
    if (works(user, options)) return user;
  }
  throw new Error(
    `PostgreSQL does not run as root, and no other way works for ${options.directory}. ` +
      'Start as a normal user, use a folder that every user may enter, or set DATABASE_URL.',
  );
}

export type Way = 'namespace' | 'capability' | 'user';

const plain: PostgresUser = {
  wrap: (command, lifetime) => [...deathSignal(lifetime), ...command],
  own: () => undefined,
};

function inNamespace(): PostgresUser {
  const namespace = ['unshare', '--user', '--map-user=1000', '--map-group=1000', '--'];
  return {
    wrap: (command, lifetime) => [...namespace, ...deathSignal(lifetime), ...command],
    own: (directory) => changeOwner(directory, { uid: 0, gid: 0 }),
  };
}

function asOtherUser({ uid, gid }: Identity, rights: readonly string[]): PostgresUser {
  const other = ['setpriv', `--reuid=${uid}`, `--regid=${gid}`, '--clear-groups', ...rights, '--'];
  return {
    wrap: (command, lifetime) => [...other, ...deathSignal(lifetime), ...command],
    own: (directory) => changeOwner(directory, { uid, gid }),
  };
}

/** Reaches both the program and the folder, which is not yet its own. */
function works(user: PostgresUser, { directory, postgres }: { directory: string; postgres: string }): boolean {
  const [program = '', ...parameters] = user.wrap(
    ['sh', '-c', 'cd "$1" && "$2" --version', 'sh', directory, postgres],
    'tool',
  );
  const owner = statSync(directory);
  user.own(directory);
  const { status } = spawnSync(program, parameters, { stdio: 'ignore' });
  if (status !== 0) chownSync(directory, owner.uid, owner.gid);
  return status === 0;
}

function deathSignal(lifetime: 'server' | 'tool'): string[] {
  return lifetime === 'server' ? dieWithParent('INT') : [];
}

function changeOwner(path: string, { uid, gid }: Identity): void {
  const status = statSync(path, { throwIfNoEntry: false });
  if (!status) return;
  if (status.uid !== uid) lchownSync(path, uid, gid);
  if (!status.isDirectory()) return;
  for (const entry of readdirSync(path)) changeOwner(join(path, entry), { uid, gid });
}

function unprivilegedUser(): Identity {
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const account = accounts.find(([name]) => name === 'postgres') ?? accounts.find(([name]) => name === 'nobody');
  return { uid: Number(account?.[2] ?? 65_534), gid: Number(account?.[3] ?? 65_534) };
}
