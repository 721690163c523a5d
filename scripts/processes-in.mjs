// Fails and names them when processes still run in a folder. Waits up to 10 s for those that are just ending. Linux only.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';

const folder = process.argv[2];
let left = find();
for (let waited = 0; waited < 10_000 && left.length > 0; waited += 100) {
  await new Promise((resolve) => setTimeout(resolve, 100));
  left = find();
}
if (left.length > 0) {
  console.error(`Processes are left in ${folder}:\n${left.join('\n')}`);
  process.exit(1);
}

function find() {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .map((pid) => [pid, command(pid), attempt(() => readlinkSync(`/proc/${pid}/cwd`))].join(' '))
    .filter((text) => text.includes(folder));
}

function command(pid) {
  return attempt(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ');
}

function attempt(read) {
  try {
    return read();
  } catch {
    return '';
  }
}
