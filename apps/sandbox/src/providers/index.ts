import type { Provider } from '../provider.js';
import { firecrawl } from './firecrawl.js';
import { jina } from './jina.js';
import { newsapi } from './newsapi.js';
import { openaiChat } from './openai-chat.js';
import { openaiImage } from './openai-image.js';
import { perplexity } from './perplexity.js';
import { resend } from './resend.js';
import { sendgrid } from './sendgrid.js';
import { tavily } from './tavily.js';
import { twilio } from './twilio.js';

/** Every provider whose ready definition Bursar ships. */
export const providers: readonly Provider[] = [
  perplexity,
  tavily,
  firecrawl,
  jina,
  newsapi,
  resend,
  sendgrid,
  twilio,
  openaiImage,
  openaiChat,
];
