import type { JsonObject } from '#contracts';

/** A call of a ready service as its provider documents it: what is asked, what is sent, what comes back, and what of it Bursar reads. */
interface ProviderSample {
  payload: JsonObject;
  estimate: string;
  request: object;
  answer: { status: number; headers: Record<string, string>; body: string };
  cost: string;
  says: JsonObject;
  typed?: { body: JsonObject; payload: JsonObject; answer: JsonObject };
}

/** Of services whose secret has named parts. */
export const SECRETS: Record<string, Record<string, string>> = {
  resend: { api_key: 're_1', from: 'Shop <shop@example.com>' },
  sendgrid: { api_key: 'SG.1', from: 'shop@example.com' },
  twilio: { account_sid: 'AC1', auth_token: 'token-1', from: '+15005550006' },
};

const json = (body: object, status = 200) => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(body),
});
const posted = { accept: 'application/json', 'content-type': 'application/json', authorization: 'Bearer key-1' };
const mail = { to: 'ann@example.com', subject: 'Hello', body: 'How are you?' };
const mailPayload = { to: 'ann@example.com', subject: 'Hello', text: 'How are you?' };

export const ANSWERS: Record<string, ProviderSample> = {
  perplexity: {
    payload: { query: 'How high is Mont Blanc?' },
    estimate: '0.05',
    request: {
      method: 'POST',
      url: 'https://api.perplexity.ai/chat/completions',
      headers: posted,
      body: {
        model: 'sonar',
        messages: [{ role: 'user', content: 'How high is Mont Blanc?' }],
        max_tokens: 1024,
        web_search_options: { search_context_size: 'low' },
      },
    },
    answer: json({
      id: 'a1',
      model: 'sonar',
      created: 1_756_485_272,
      usage: {
        prompt_tokens: 8,
        completion_tokens: 439,
        total_tokens: 447,
        search_context_size: 'low',
        cost: { input_tokens_cost: 8e-6, output_tokens_cost: 0.000439, request_cost: 0.005, total_cost: 0.005447 },
      },
      citations: ['https://example.com/montblanc'],
      search_results: [{ title: 'Mont Blanc', url: 'https://example.com/montblanc', date: '2026-01-02' }],
      object: 'chat.completion',
      choices: [{ index: 0, finish_reason: 'stop', message: { role: 'assistant', content: '4,805.59 m [1]' } }],
    }),
    cost: '0.005447',
    says: { answer: '4,805.59 m [1]', sources: ['https://example.com/montblanc'], model: 'sonar' },
    typed: { body: { query: 'q', agent_id: 'a' }, payload: { query: 'q' }, answer: { result: '4,805.59 m [1]' } },
  },
  tavily: {
    payload: { query: 'Who is Leo Messi?', search_depth: 'advanced' },
    estimate: '0.02',
    request: {
      method: 'POST',
      url: 'https://api.tavily.com/search',
      headers: posted,
      body: {
        query: 'Who is Leo Messi?',
        search_depth: 'advanced',
        topic: 'general',
        max_results: 5,
        include_answer: true,
        include_raw_content: false,
        auto_parameters: false,
        include_usage: true,
      },
    },
    answer: json({
      query: 'Who is Leo Messi?',
      answer: 'A football player.',
      images: [],
      results: [
        { title: 'Messi', url: 'https://example.com/messi', content: 'Born in 1987', score: 0.81, raw_content: null },
      ],
      response_time: '1.67',
      usage: { credits: 2 },
      request_id: 'r1',
    }),
    cost: '0.02',
    says: { answer: 'A football player.', sources: ['https://example.com/messi'] },
    typed: { body: { query: 'q' }, payload: { query: 'q' }, answer: { result: 'A football player.' } },
  },
  firecrawl: {
    payload: { url: 'https://example.com/a', onlyMainContent: false },
    estimate: '0.15',
    request: {
      method: 'POST',
      url: 'https://api.firecrawl.dev/v2/scrape',
      headers: posted,
      body: {
        url: 'https://example.com/a',
        formats: ['markdown'],
        onlyMainContent: false,
        timeout: 20_000,
        proxy: 'basic',
        parsers: [{ type: 'pdf', maxPages: 3 }],
      },
    },
    answer: json({
      success: true,
      data: {
        markdown: '# Example',
        metadata: { title: 'Example', sourceURL: 'https://example.com/a', statusCode: 200, creditsUsed: 1 },
      },
    }),
    cost: '0.05',
    says: { success: true, content: '# Example', title: 'Example' },
  },
  jina: {
    payload: { url: 'https://example.com/a?b=c d#e', format: 'text' },
    estimate: '0.01',
    request: {
      method: 'GET',
      url: 'https://r.jina.ai/https://example.com/a?b=c%20d',
      headers: {
        accept: 'text/plain',
        'x-return-format': 'text',
        'x-token-budget': '200000',
        'x-timeout': '20',
        authorization: 'Bearer key-1',
      },
    },
    answer: {
      status: 200,
      headers: { 'content-type': 'text/plain' },
      body: 'Title: Example\n\nURL Source: https://example.com/a\n',
    },
    cost: '0.01',
    says: { content: 'Title: Example\n\nURL Source: https://example.com/a\n' },
  },
  newsapi: {
    payload: { q: 'tesla & co', sortBy: 'popularity' },
    estimate: '0.03',
    request: {
      method: 'GET',
      url: 'https://newsapi.org/v2/everything?q=tesla%20%26%20co&sortBy=popularity&pageSize=10',
      headers: { accept: 'application/json', 'x-api-key': 'key-1' },
    },
    answer: json({
      status: 'ok',
      totalResults: 1,
      articles: [
        {
          source: { id: null, name: 'Example' },
          title: 'Cars',
          url: 'https://example.com/cars',
          publishedAt: '2026-11-01T08:00:00Z',
        },
      ],
    }),
    cost: '0.03',
    says: { totalResults: 1, articles: [{ title: 'Cars' }], sources: ['https://example.com/cars'] },
  },
  resend: {
    payload: mailPayload,
    estimate: '0.001',
    request: {
      method: 'POST',
      url: 'https://api.resend.com/emails',
      headers: { ...posted, 'idempotency-key': 'k-1', authorization: 'Bearer re_1' },
      body: { from: 'Shop <shop@example.com>', to: 'ann@example.com', subject: 'Hello', text: 'How are you?' },
    },
    answer: json({ id: '49a3999c-0ce1-4ea6-ab68-afcd6dc2e794' }),
    cost: '0.001',
    says: { id: '49a3999c-0ce1-4ea6-ab68-afcd6dc2e794' },
    typed: { body: mail, payload: mailPayload, answer: { message_id: '49a3999c-0ce1-4ea6-ab68-afcd6dc2e794' } },
  },
  sendgrid: {
    payload: { ...mailPayload, html: '<p>Hi</p>', from: 'ann@shop.example' },
    estimate: '0.001',
    request: {
      method: 'POST',
      url: 'https://api.sendgrid.com/v3/mail/send',
      headers: { ...posted, authorization: 'Bearer SG.1' },
      body: {
        personalizations: [{ to: [{ email: 'ann@example.com' }] }],
        from: { email: 'ann@shop.example' },
        subject: 'Hello',
        content: [
          { type: 'text/plain', value: 'How are you?' },
          { type: 'text/html', value: '<p>Hi</p>' },
        ],
      },
    },
    answer: { status: 202, headers: { 'X-Message-Id': '14c5d75ce93' }, body: '' },
    cost: '0.001',
    says: { message_id: '14c5d75ce93' },
    typed: { body: mail, payload: mailPayload, answer: { message_id: '14c5d75ce93' } },
  },
  twilio: {
    payload: { to: '+15558675310', body: 'This is the ship that made the Kessel Run & more' },
    estimate: '0.0083',
    request: {
      method: 'POST',
      url: 'https://api.twilio.com/2010-04-01/Accounts/AC1/Messages.json',
      headers: {
        accept: 'application/json',
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from('AC1:token-1').toString('base64')}`,
      },
      body: 'To=%2B15558675310&From=%2B15005550006&Body=This%20is%20the%20ship%20that%20made%20the%20Kessel%20Run%20%26%20more',
    },
    answer: json(
      { account_sid: 'AC1', num_segments: '1', price: null, price_unit: 'USD', sid: 'SM1', status: 'queued' },
      201,
    ),
    cost: '0.0083',
    says: { sid: 'SM1', status: 'queued' },
    typed: { body: { to: '+1', body: 'b' }, payload: { to: '+1', body: 'b' }, answer: { message_id: 'SM1' } },
  },
  'openai-image': {
    payload: { prompt: 'A cute baby sea otter', quality: 'medium' },
    estimate: '0.075425',
    request: {
      method: 'POST',
      url: 'https://api.openai.com/v1/images/generations',
      headers: posted,
      body: { model: 'gpt-image-2', prompt: 'A cute baby sea otter', size: '1024x1024', quality: 'medium', n: 1 },
    },
    answer: json({
      created: 1_713_833_628,
      data: [{ b64_json: 'iVBORw0KGgo=' }],
      usage: {
        total_tokens: 1070,
        input_tokens: 14,
        output_tokens: 1056,
        input_tokens_details: { text_tokens: 14, image_tokens: 0 },
      },
    }),
    cost: '0.03175',
    says: { data: [{ b64_json: 'iVBORw0KGgo=' }] },
    typed: { body: { prompt: 'p' }, payload: { prompt: 'p' }, answer: { url: 'data:image/png;base64,iVBORw0KGgo=' } },
  },
  'openai-chat': {
    payload: { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hello!' }], max_completion_tokens: 100 },
    // 36 bytes of messages and 64 more at 0.15 a million, and 100 tokens of the answer at 0.60: 15 and 60 units.
    estimate: '0.000075',
    request: {
      method: 'POST',
      url: 'https://api.openai.com/v1/chat/completions',
      headers: posted,
      body: { model: 'gpt-4o-mini', messages: [{ role: 'user', content: 'Hello!' }], max_completion_tokens: 100 },
    },
    answer: json({
      id: 'chatcmpl-1',
      object: 'chat.completion',
      model: 'gpt-4o-mini-2024-07-18',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hello! How can I help?', refusal: null },
          finish_reason: 'stop',
        },
      ],
      usage: { prompt_tokens: 9, completion_tokens: 10, total_tokens: 19 },
    }),
    cost: '0.000008',
    says: { answer: 'Hello! How can I help?', object: 'chat.completion' },
  },
};
