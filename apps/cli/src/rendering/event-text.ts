import { decimal } from '#contracts';
import type { LogEvent } from '#client';

/** Fields that say what an event is about, in the order in which they are told. */
const ABOUT = [
  'payment_id',
  'request_id',
  'approval_id',
  'grant_id',
  'session_id',
  'agent_id',
  'wallet_id',
  'key_id',
] as const;

interface Told {
  payer?: Party;
  payee?: Party;
  amount?: string;
  budget?: string;
  asset?: string;
  handle?: string;
  decline?: { code: string };
}

interface Party {
  handle?: string;
  agent_id?: string;
  service?: string;
}

/** One line of an event: when, where, what, and about what. */
export function eventLine({ time, position, type, event }: LogEvent): string {
  const told = event as Told;
  const parts = [
    partiesOf(told),
    amountOf(told),
    told.decline?.code,
    told.handle,
    ...ABOUT.map((name) => (typeof event[name] === 'string' ? event[name] : undefined)),
  ];
  return [time, position.padEnd(8), type.padEnd(24), ...parts.filter((part) => part !== undefined)]
    .join('  ')
    .trimEnd();
}

function partiesOf({ payer, payee }: Told): string | undefined {
  return payer && payee ? `${nameOf(payer)} → ${nameOf(payee)}` : undefined;
}

function nameOf({ handle, agent_id, service }: Party): string {
  return handle ?? (service === undefined ? (agent_id ?? '?') : `service:${service}`);
}

/** The log has smallest units. */
function amountOf({ amount, budget, asset }: Told): string | undefined {
  const units = amount ?? budget;
  if (units === undefined || asset === undefined || !/^\d+$/.test(units)) return undefined;
  return `${decimal(units, asset)} ${asset}`;
}
