export interface GoodCall {
  readonly method: 'GET' | 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

const bearer = { authorization: 'Bearer a-key-of-any-value' };

function post(path: string, body: object, headers: Readonly<Record<string, string>> = bearer): GoodCall {
  return {
    method: 'POST',
    path,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  };
}

const goodCallsByService: Readonly<Record<string, (text: string) => GoodCall>> = {
  perplexity: (text) =>
    post('/api.perplexity.ai/chat/completions', { model: 'sonar', messages: [{ role: 'user', content: text }] }),
  tavily: (query) => post('/api.tavily.com/search', { query, include_usage: true }),
  firecrawl: (text) =>
    post('/api.firecrawl.dev/v2/scrape', { url: `https://example.com/page?note=${encodeURIComponent(text)}` }),
  jina: (text) => ({
    method: 'GET',
    path: `/r.jina.ai/https://example.com/page?note=${encodeURIComponent(text)}`,
    headers: { ...bearer, accept: 'application/json' },
  }),
  newsapi: (text) => ({
    method: 'GET',
    path: `/newsapi.org/v2/everything?q=${encodeURIComponent(text)}`,
    headers: { 'x-api-key': 'a-key-of-any-value' },
  }),
  resend: (text) =>
    post('/api.resend.com/emails', { from: 'Agent <a@example.com>', to: 'b@example.com', subject: 'News', text }),
  sendgrid: (value) =>
    post('/api.sendgrid.com/v3/mail/send', {
      personalizations: [{ to: [{ email: 'b@example.com' }] }],
      from: { email: 'a@example.com' },
      subject: 'News',
      content: [{ type: 'text/plain', value }],
    }),
  twilio: (Body) => ({
    method: 'POST',
    path: '/api.twilio.com/2010-04-01/Accounts/AC0123456789abcdef0123456789abcdef/Messages.json',
    headers: {
      authorization: `Basic ${Buffer.from('AC0123456789abcdef0123456789abcdef:token').toString('base64')}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ To: '+15558675310', From: '+15017122661', Body }).toString(),
  }),
  'openai-image': (prompt) =>
    post('/api.openai.com/v1/images/generations', { model: 'gpt-image-1', prompt, quality: 'low' }),
  'openai-chat': (content) =>
    post('/api.openai.com/v1/chat/completions', { model: 'gpt-4o-mini', messages: [{ role: 'user', content }] }),
};

/** The ten services that Bursar ships a definition of. */
export const serviceNames = Object.keys(goodCallsByService);

/** A call that the provider takes. */
export function goodCalls(service: string, text = 'heat pumps in old houses'): GoodCall {
  const made = goodCallsByService[service]?.(text);
  if (!made) throw new Error(`There is no service ${service}`);
  return made;
}

/** The body of that call, changed. */
export function bodyWith(service: string, changes: object, text?: string): string {
  const body = JSON.parse(goodCalls(service, text).body ?? '{}') as object;
  return JSON.stringify({ ...body, ...changes });
}
