import type { SettlementRequest } from '#contracts';
import type { PaidResource } from '#event-log';
import { callerOf, queryHeader } from '../owners/command-header.js';
import type { SettlementParts } from '../ports.js';
import { expectKind, refuse } from '../refused.js';
import { takesForeignPayments } from './takes-foreign-payments.js';

const ROUNDS_MAXIMUM = 5;
const OWNER_MS = 2_000;

/**
 * A page that its caller may see (F7). What the table says of other orgs was so at their last settlement: each org of the page is
 * asked again, and where one takes no foreign payments any more, or does not say, the page is read anew without it.
 */
export async function visiblePage<Page extends { resources: readonly PaidResource[] }>(
  { owners, catalogue }: SettlementParts,
  request: SettlementRequest,
  read: (org: string, withheld: readonly string[]) => Promise<Page>,
): Promise<Page> {
  const caller = callerOf(request);
  const known = { type: 'query.credential' as const, ...queryHeader(caller, request.deadline) };
  expectKind(await owners.send(caller.org, known), 'credential');
  const withheld: string[] = [];
  const shown = new Set([caller.org]);
  for (let round = 0; round < ROUNDS_MAXIMUM; round++) {
    const page = await read(caller.org, withheld).catch(unreadable);
    const others = [...new Set(page.resources.map(({ org }) => org))].filter((org) => !shown.has(org));
    const before = withheld.length;
    const deadline = Math.min(request.deadline, Date.now() + OWNER_MS);
    await Promise.all(
      others.map(async (org) => {
        const takes = await takesForeignPayments(owners, org, deadline);
        if (takes) return shown.add(org);
        if (takes === false) await catalogue.close_to_others(org).catch(unreadable);
        return withheld.push(org);
      }),
    );
    if (withheld.length === before) return page;
  }
  return refuse('read_model_unavailable');
}

function unreadable(): never {
  return refuse('read_model_unavailable');
}
