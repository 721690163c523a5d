const UTF8 = new TextDecoder('utf-8', { fatal: true });

export type Whole = { ok: true; text: string } | { ok: false; reason: string };

/** A body that comes in pieces, as text where it is UTF-8 and not more than `maximum` bytes. */
export class WholeBody {
  #chunks: Buffer[] = [];
  #bytes = 0;

  constructor(private readonly maximum: number) {}

  /** False where it is more than is read: nothing more of it is wanted. */
  add(chunk: Buffer): boolean {
    this.#bytes += chunk.length;
    if (this.#bytes > this.maximum) this.#chunks = [];
    else this.#chunks.push(chunk);
    return this.#bytes <= this.maximum;
  }

  read(): Whole {
    if (this.#bytes > this.maximum) return { ok: false, reason: `the answer is larger than ${this.maximum} bytes` };
    const [first = Buffer.alloc(0), ...more] = this.#chunks;
    try {
      return { ok: true, text: UTF8.decode(more.length === 0 ? first : Buffer.concat(this.#chunks)) };
    } catch {
      return { ok: false, reason: 'the answer is no UTF-8 text' };
    }
  }
}

/** It is let go of as soon as it is too large. Rejects where it breaks off. */
export async function readWhole(
  chunks: AsyncIterable<Buffer> & { destroy(): unknown },
  maximum: number,
): Promise<Whole> {
  const body = new WholeBody(maximum);
  for await (const chunk of chunks)
    if (!body.add(chunk)) {
      chunks.destroy();
      break;
    }
  return body.read();
}
