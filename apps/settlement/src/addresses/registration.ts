import type { AgentAddressRegistered, AgentAddressRemoved } from '#domain';
import { ADDRESS_EVENTS_MAXIMUM } from '#event-log';

type AddressEvent = AgentAddressRegistered | AgentAddressRemoved;

/** Whose an address is. */
export interface Registration {
  org: string;
  agent_id: string;
  /** From this moment on what its key signs pays as the agent. */
  pays_from: number;
}

/** The longest that an authorization may still be good for when it is settled. */
export const AUTHORIZATION_MAXIMUM_MS = 86_400_000;

/** For what was on its way when an address changed hands, and for clocks that differ. */
const MARGIN_MS = 300_000;

/**
 * Of the orgs that have the address, the one that registered it last. Each book knows of its own payments only, so an address that
 * was another org's before pays again when all that the other one may have settled has run out: else one authorization could be
 * settled in both. `newestFirst` are all of the address's events, or the newest `ADDRESS_EVENTS_MAXIMUM`.
 */
export function registrationOf(newestFirst: readonly AddressEvent[]): Registration | undefined {
  const live = new Map<string, AgentAddressRegistered>();
  let holder: AgentAddressRegistered | undefined;
  let since = 0;
  for (const event of newestFirst.toReversed()) {
    // Put anew at the end, so that the last of the map is the last that registered.
    live.delete(event.org);
    if (event.type === 'agent.address_registered') live.set(event.org, event);
    const before = holder?.org;
    holder = [...live.values()].at(-1);
    if (holder?.org !== before) since = event.time;
  }
  if (!holder) return undefined;
  const { org, agent_id } = holder;
  const isOnlyOnes = newestFirst.length < ADDRESS_EVENTS_MAXIMUM && newestFirst.every((event) => event.org === org);
  return { org, agent_id, pays_from: isOnlyOnes ? 0 : since + AUTHORIZATION_MAXIMUM_MS + MARGIN_MS };
}
