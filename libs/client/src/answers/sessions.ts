import type { SessionAnswer, renderSessionClosed } from '#contracts';
import type { Page } from './page.js';

export type SessionClosedAnswer = ReturnType<typeof renderSessionClosed>;

export interface SessionPage extends Page {
  sessions: SessionAnswer[];
}
