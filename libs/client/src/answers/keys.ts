import type { Page } from './page.js';

export interface KeyIssuedAnswer {
  key_id: string;
  /** Shown once; absent in the answer to a repeated key. */
  token?: string;
  role: 'admin' | 'operator' | 'orchestrator' | 'finance';
  name: string;
  issued_at: string;
  position: string;
}

export interface ListedKey {
  key_id: string;
  role: 'admin' | 'operator' | 'orchestrator' | 'finance';
  name: string;
  revoked: boolean;
}

export interface KeyPage extends Page {
  keys: ListedKey[];
}

export interface KeyRevokedAnswer {
  key_id: string;
  status: 'revoked';
  revoked_at: string;
  position: string;
}
