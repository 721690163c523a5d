/** One HTTP answer as it came: for tests that look at bytes, statuses and headers rather than at what they mean. */
export interface PlainAnswer {
  status: number;
  headers: Headers;
  text: string;
  json: Record<string, unknown>;
}

export interface PlainCall {
  token?: string;
  /** An object is written as JSON; text and bytes go as they are. */
  body?: object | string | Buffer;
  headers?: Readonly<Record<string, string>>;
}

/** One plain `fetch`, never repeated. */
export async function plainCall(url: string, method: string, path: string, call: PlainCall = {}): Promise<PlainAnswer> {
  const { token, body } = call;
  const raw = body === undefined || typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body);
  const answer = await fetch(`${url}${path}`, {
    method,
    body: raw,
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(raw === undefined ? {} : { 'content-type': 'application/json' }),
      ...call.headers,
    },
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, text, json: parsed(text) };
}

function parsed(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}
