import type { Tool } from '../tool.js';
import { balance } from './balance.js';
import { listReceipts } from './list-receipts.js';
import { listServices } from './list-services.js';
import { openChildSession } from './open-child-session.js';
import { pay } from './pay.js';
import { quote } from './quote.js';
import { resolve402 } from './resolve-402.js';
import { sendToAgent } from './send-to-agent.js';

/** Every tool, in the order in which they are listed. */
export const TOOLS: readonly Tool[] = [
  listServices,
  quote,
  pay,
  sendToAgent,
  resolve402,
  openChildSession,
  balance,
  listReceipts,
];
