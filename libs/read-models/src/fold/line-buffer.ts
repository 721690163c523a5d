/**
 * Text that is written once and sent: kept outside of JavaScript's heap, since thousands of strings that live as long as a
 * batch cost the garbage collector more than everything else costs.
 */
export class LineBuffer {
  private buffer = Buffer.allocUnsafeSlow(64 * 1024);
  private length = 0;

  append(text: string): void {
    // A UTF-16 unit takes at most three bytes in UTF-8.
    const needed = this.length + text.length * 3;
    if (needed > this.buffer.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.buffer.length * 2));
      this.buffer.copy(larger, 0, 0, this.length);
      this.buffer = larger;
    }
    this.length += this.buffer.write(text, this.length);
  }

  get isEmpty(): boolean {
    return this.length === 0;
  }

  bytes(): Buffer {
    return this.buffer.subarray(0, this.length);
  }
}
