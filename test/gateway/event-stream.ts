export const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
export const says = (content: string): string => event({ choices: [{ index: 0, delta: { content } }] });
const DONE = 'data: [DONE]\n\n';
export const end = (completion_tokens: number): string => event({ choices: [], usage: { completion_tokens } }) + DONE;

/** A provider that says what the test has it say, when it does. */
export class Stream implements AsyncIterable<string | Buffer> {
  readonly #said: (string | Buffer)[] = [];
  #hasEnded = false;
  #wake: () => void = () => undefined;

  say(...pieces: (string | Buffer)[]): this {
    this.#said.push(...pieces);
    this.#wake();
    return this;
  }

  end(): void {
    this.#hasEnded = true;
    this.#wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<string | Buffer> {
    for (;;) {
      const piece = this.#said.shift();
      if (piece !== undefined) yield piece;
      else if (this.#hasEnded) return;
      else await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

/** Reads until what came has this text in it. */
export async function readTo(reader: ReadableStreamDefaultReader<string>, text: string): Promise<string> {
  let came = '';
  while (!came.includes(text)) {
    const { done, value } = await reader.read();
    if (done) throw new Error(`It ended without ${text}:\n${came}`);
    came += value;
  }
  return came;
}

export const textOf = (answer: Response) => answer.body!.pipeThrough(new TextDecoderStream()).getReader();

export async function rest(reader: ReadableStreamDefaultReader<string>): Promise<string> {
  let came = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return came;
    came += value;
  }
}

export const RECEIPT = '\n\nevent: bursar.receipt\ndata: ';

/** What stands after the provider's own events. */
export function receiptIn(text: string): Record<string, unknown> {
  const [, receipt] = text.split(RECEIPT) as [string, string | undefined];
  return JSON.parse(receipt ?? 'null') as Record<string, unknown>;
}
