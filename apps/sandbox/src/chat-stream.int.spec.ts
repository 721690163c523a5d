import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { bodyWith } from '../test-support/good-calls.js';
import { SandboxUnderTest } from '../test-support/sandbox-under-test.js';

let sandbox: SandboxUnderTest;
beforeAll(async () => void (sandbox = await SandboxUnderTest.start()));
afterAll(() => sandbox.stop());

interface Chunk {
  readonly object: string;
  readonly choices: { delta: { content?: string }; finish_reason: string | null }[];
  readonly usage?: { prompt_tokens: number; completion_tokens: number } | null;
}

function stream(changes: object = {}, text?: string) {
  const body = bodyWith('openai-chat', { stream: true, stream_options: { include_usage: true }, ...changes }, text);
  return sandbox.call('openai-chat', { body });
}

function chunksIn(text: string): Chunk[] {
  const data = text.split('\n\n').map((event) => event.replace(/^data: /, ''));
  return data.filter((each) => each.startsWith('{')).map((each) => JSON.parse(each) as Chunk);
}

describe('A chat that is streamed', () => {
  it('comes as server-sent events: chunks, usage at the end, and [DONE]', async () => {
    const { text, headers } = await stream();
    expect(headers.get('content-type')).toContain('text/event-stream');
    expect(headers.get('bursar-sandbox')).toBe('true');
    expect(text.endsWith('data: [DONE]\n\n')).toBe(true);
    const chunks = chunksIn(text);
    expect(chunks.every(({ object }) => object === 'chat.completion.chunk')).toBe(true);
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
    const whole = chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
    expect(whole).toMatch(/^This is a sandbox answer\. /);
    expect(chunks.at(-2)?.choices).toMatchObject([{ finish_reason: 'stop' }]);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { completion_tokens: Math.ceil(whole.length / 4) } });
  });

  it('says no usage where it is not asked for, or a trigger leaves it out', async () => {
    expect(chunksIn((await stream({ stream_options: undefined })).text).some((chunk) => 'usage' in chunk)).toBe(false);
    const { text } = await stream({}, 'sandbox:no_price');
    expect(chunksIn(text).filter(({ usage }) => usage)).toEqual([]);
  });

  it('waits between its chunks, and may break off', async () => {
    const begin = performance.now();
    await stream({}, 'sandbox:words=10,chunk_ms=20');
    expect(performance.now() - begin).toBeGreaterThan(10 * 20);
    await expect(stream({}, 'sandbox:cut')).rejects.toThrow('terminated');
  });
});
