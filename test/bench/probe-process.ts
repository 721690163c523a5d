/**
 * Asks the owner one question after the other and keeps the slowest answer: a process of its own, since the benchmark's,
 * which has just filled a book of a million sessions, pauses for its own garbage. `node probe-process.js <url> <key>`;
 * ends with its figures when it is told to.
 */
const [url, key] = process.argv.slice(2) as [string, string];
const state = { over: false };
process.once('message', () => (state.over = true));

// The first questions pay for this process's own start and the connection's, which is not the owner's pause.
const WARM_QUESTIONS = 50;
const answers: number[] = [];
for (let asked = 0; !state.over; asked++) {
  const begin = performance.now();
  const answer = await fetch(`${url}/v1/agents/big-1`, { headers: { authorization: `Bearer ${key}` } });
  await answer.arrayBuffer();
  if (answer.status !== 200) throw new Error(`the owner answers ${answer.status}`);
  if (asked >= WARM_QUESTIONS) answers.push(performance.now() - begin);
  if (asked === WARM_QUESTIONS) process.send!('ready');
  await new Promise((resolve) => setTimeout(resolve, 2));
}
process.send!({ slowest_ms: Math.max(...answers), asked: answers.length });
process.disconnect();
