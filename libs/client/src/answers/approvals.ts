import type { GrantAnswer, ListedApproval } from '#contracts';
import type { Page } from './page.js';

export interface ApprovalPage extends Page {
  approvals: ListedApproval[];
}

export interface GrantPage extends Page {
  grants: GrantAnswer[];
}
