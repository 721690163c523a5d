import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { makeTemporaryDirectory, projectRoot } from '#embedded';

const run = promisify(execFile);

/** A project as a user of examples/typescript has it: the examples copied, the packed client and the frameworks installed. */
export class UserProject {
  readonly #folder = makeTemporaryDirectory();

  /** Packs the client and compiles the examples against the frameworks' own types. */
  static async make(): Promise<UserProject> {
    const project = new UserProject();
    await run(process.execPath, [join(projectRoot, 'scripts/pack-client.mjs')]);
    await project.#compile();
    return project;
  }

  /** What a program of `test/interop/frameworks` prints, which is given JSON. */
  async run<Printed>(program: string, given: object): Promise<Printed> {
    const { stdout } = await run(process.execPath, [join(this.#folder.path, 'out', program), JSON.stringify(given)]);
    return JSON.parse(stdout) as Printed;
  }

  remove(): void {
    this.#folder.remove();
  }

  async #compile(): Promise<void> {
    const { path } = this.#folder;
    writeFileSync(join(path, 'package.json'), '{"type": "module", "imports": {"#client": "bursar-client"}}\n');
    linkAll(join(projectRoot, 'test/interop/packages/node_modules'), join(path, 'node_modules'));
    symlinkSync(join(projectRoot, 'dist/packages/bursar-client'), join(path, 'node_modules/bursar-client'));
    // The one that the examples are written for; beside the packages of x402 stands an older one.
    rmSync(join(path, 'node_modules/zod'));
    symlinkSync(join(projectRoot, 'node_modules/zod'), join(path, 'node_modules/zod'));
    const examples = join(projectRoot, 'examples/typescript');
    const sources = readdirSync(examples).filter((name) => name.endsWith('.ts'));
    for (const name of sources) copyFileSync(join(examples, name), join(path, name));
    const options = '--strict --module nodenext --target es2022 --skipLibCheck --rootDir . --outDir out'.split(' ');
    const compiler = join(projectRoot, 'node_modules/typescript7/bin/tsc');
    await run(process.execPath, [compiler, ...options, ...sources], { cwd: path });
    const programs = join(projectRoot, 'test/interop/frameworks');
    for (const name of readdirSync(programs)) copyFileSync(join(programs, name), join(path, 'out', name));
  }
}

/** Each package by a link of its own, so that the project can have one more. */
function linkAll(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from).filter((each) => !each.startsWith('.')))
    if (name.startsWith('@')) linkAll(join(from, name), join(to, name));
    else symlinkSync(join(from, name), join(to, name));
}
