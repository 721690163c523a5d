/** A body as text, where it is UTF-8 and not more than `maximum` bytes; it is let go of as soon as it is. Rejects where it breaks off. */
export async function readWhole(
  body: AsyncIterable<Buffer> & { destroy(): unknown },
  maximum: number,
): Promise<{ ok: true; text: string } | { ok: false; reason: string }> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > maximum) {
      body.destroy();
      return { ok: false, reason: `the answer is larger than ${maximum} bytes` };
    }
    chunks.push(chunk);
  }
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)) };
  } catch {
    return { ok: false, reason: 'the answer is no UTF-8 text' };
  }
}
