/** What one 402 asks by, in the order in which the forms are tried; `header` is what the retry carries it in. */
export interface MetChallenge {
  challenge: string;
  by_authorization: boolean;
}

const LONGEST_BODY = 64 * 1024;

/** The forms of one 402: x402 v2, the older header, x402 v1 in the body, and the scheme Payment. Reads the body. */
export async function challengesOf(response: Response): Promise<MetChallenge[]> {
  const { headers } = response;
  const inHeaders = [headers.get('payment-required'), headers.get('x-payment-required')];
  const body = await boundedText(response);
  const byPayment = headers.get('www-authenticate');
  return [
    ...[...inHeaders, isV1(body) ? body : null].flatMap((challenge) =>
      challenge ? [{ challenge, by_authorization: false }] : [],
    ),
    ...(byPayment !== null && /(^|,\s*)payment\s/i.test(byPayment)
      ? [{ challenge: byPayment, by_authorization: true }]
      : []),
  ];
}

/** The body, where it is no longer than a challenge may be; the connection is free afterwards. */
async function boundedText(response: Response): Promise<string> {
  if (response.body === null) return '';
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of response.body as AsyncIterable<Uint8Array>) {
    length += chunk.byteLength;
    if (length > LONGEST_BODY) return '';
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function isV1(text: string): boolean {
  try {
    const body = JSON.parse(text) as { x402Version?: unknown; accepts?: unknown } | null;
    return body?.x402Version === 1 && Array.isArray(body.accepts);
  } catch {
    return false;
  }
}
