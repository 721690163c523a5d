import { externalWallet, treasuryWallet } from '../accounts.js';
import type { ChangeOrganization, CreateOrganization, IssueAdminKey, IssueKey, RevokeKey } from '../commands/index.js';
import type { BookEvent } from '../events/index.js';
import { organizationOf, type BookState } from '../state/index.js';
import { requireAdministrator, requireOperator, type Actor } from './authority.js';
import { limitsAfter, listsOf } from './changed-limits.js';
import { boundBefore, header, primaryHeader, record, refuse, type DecideContext, type Decision } from './context.js';
import { startsOf, type LimitedScope } from './limit-starts.js';

/** Opens a book: the org, its first admin key and, where it starts with money, the treasury's first top-up. */
export function decideCreateOrganization(context: DecideContext<CreateOrganization>, actor: Actor): Decision {
  const { state, command } = context;
  if (actor.kind !== 'owner') refuse('role_not_allowed', 'key', context.by);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  if (organizationOf(state)) refuse('organization_exists', 'organization', command.org);
  const events: BookEvent[] = [
    {
      type: 'organization.created',
      ...header(context),
      name: command.name,
      default_asset: command.default_asset,
      first_use: command.first_use,
    },
    {
      type: 'key.issued',
      ...primaryHeader(context, 1),
      key_id: command.admin_key.key_id,
      role: 'admin',
      name: 'first admin key',
      token_hash: command.admin_key.token_hash,
    },
  ];
  if (command.initial_amount > 0n) {
    const amount = command.initial_amount.toString();
    const asset = command.default_asset;
    const walletId = treasuryWallet(command.org, asset);
    events.push({
      type: 'wallet.topped_up',
      ...header(context, 2),
      topup_id: `top_${command.fresh_id}`,
      wallet_id: walletId,
      amount,
      asset,
      reference: 'initial credits',
      postings: [{ debit: externalWallet(asset), credit: walletId, amount, asset }],
    });
  }
  // The key is what the caller waits for: whether its secret may be shown is told by the hash in the log.
  return record(events, 1);
}

/** What concerns everybody in the org: its limits and lists, and the defaults for agents that it has never seen. */
export function decideChangeOrganization(context: DecideContext<ChangeOrganization>, actor: Actor): Decision {
  const { state, command } = context;
  requireOperator(actor);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  const organization = organizationOf(state)!;
  const limits = limitsAfter(state, organization.limits, command);
  const scope: LimitedScope = { kind: 'organization', id: organization.id, limits: organization.limits };
  const starts = limits ? startsOf(context, scope, limits) : [];
  return record([
    {
      type: 'organization.changed',
      ...primaryHeader(context),
      ...(command.name === undefined ? {} : { name: command.name }),
      ...(command.first_use === undefined ? {} : { first_use: { ...organization.first_use, ...command.first_use } }),
      ...(limits ? { limits } : {}),
      ...(starts.length > 0 ? { starts } : {}),
      ...(command.lists === undefined ? {} : { lists: command.lists && listsOf(state, command.lists) }),
      ...(command.approval_above === undefined ? {} : { approval_above: command.approval_above }),
      ...(command.accept_foreign_payments === undefined
        ? {}
        : { accept_foreign_payments: command.accept_foreign_payments }),
    },
  ]);
}

export function decideIssueAdminKey(context: DecideContext<IssueAdminKey>, actor: Actor): Decision {
  if (actor.kind !== 'owner') return refuse('role_not_allowed', 'key', context.by);
  return issued(context, { ...context.command, role: 'admin' });
}

export function decideIssueKey(context: DecideContext<IssueKey>, actor: Actor): Decision {
  requireAdministrator(actor);
  return issued(context, context.command);
}

function issued(
  context: DecideContext<IssueKey | IssueAdminKey>,
  { org, key_id, role, name, token_hash }: Omit<IssueKey, 'type'>,
): Decision {
  const bound = boundBefore(context, org);
  if (bound) return { kind: 'replay', bound };
  // An id once issued, and above all one revoked, is never given anew.
  if (context.state.keys.get(key_id)) refuse('key_exists', 'key', key_id);
  return record([{ type: 'key.issued', ...primaryHeader(context), key_id, role, name, token_hash }]);
}

export function decideRevokeKey(context: DecideContext<RevokeKey>, actor: Actor): Decision {
  const { state, command } = context;
  requireAdministrator(actor);
  const bound = boundBefore(context, command.org);
  if (bound) return { kind: 'replay', bound };
  const key = state.keys.get(command.key_id) ?? refuse('key_not_found', 'key', command.key_id);
  if (key.role === 'admin' && !hasOtherAdministrator(state, key.id)) refuse('key_is_last_admin', 'key', key.id);
  return record([{ type: 'key.revoked', ...primaryHeader(context), key_id: command.key_id }]);
}

/** Without an admin key nobody could ever let anybody in again. */
function hasOtherAdministrator(state: BookState, keyId: string): boolean {
  for (const key of state.keys.values()) if (key.id !== keyId && key.role === 'admin' && !key.revoked) return true;
  return false;
}
