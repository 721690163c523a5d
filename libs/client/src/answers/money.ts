import type { WalletAnswer } from '#contracts';
import type { Page } from './page.js';

export interface WalletPage extends Page {
  wallets: WalletAnswer[];
}
