// Builds every app that nest-cli.json lists, as `npx nest build <app>` would: the list and the folders must agree.
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const { projects } = JSON.parse(readFileSync('nest-cli.json', 'utf8'));
const listed = Object.values(projects).map(({ root }) => root);
const folders = ['apps', 'libs', 'libs/protocols']
  .flatMap((parent) => readdirSync(parent).map((name) => `${parent}/${name}`))
  .filter((folder) => folder !== 'libs/protocols');
const differences = [
  ...folders.filter((folder) => !listed.includes(folder)).map((folder) => `${folder} is not in nest-cli.json`),
  ...listed.filter((root) => !existsSync(root)).map((root) => `${root} is in nest-cli.json and does not exist`),
];
for (const [name, { type }] of Object.entries(projects)) {
  if (type !== 'application') continue;
  const { status } = spawnSync('node_modules/.bin/nest', ['build', name], { stdio: 'inherit' });
  if (status !== 0) differences.push(`nest build ${name} failed`);
  else if (!existsSync(`dist/apps/${name}/src/main.js`)) differences.push(`nest build ${name} made no main.js`);
}
if (differences.length > 0) {
  console.error(differences.join('\n'));
  process.exit(1);
}
console.log('Every app builds.');
