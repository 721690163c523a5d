import type { RequestEnded, RequestEvent, RequestOpened } from '#domain';
import { hexOf } from './identifiers.js';

/** A payment request that no time ends is over after all that have one. */
export const NEVER = Number.MAX_SAFE_INTEGER;

export type RequestStatus = 'open' | 'paid' | 'cancelled' | 'declined';

export interface RequestRow {
  request: string;
  org: string;
  payee: string;
  payer_org: string;
  /** Where the payer is of the same org. */
  payer: string | undefined;
  /** Else how the payee has named it: id or handle. */
  payer_name: string | undefined;
  opened: RequestOpened;
  partition: number;
  position: number;
}

export interface RequestEnd {
  request: string;
  status: RequestStatus;
  ended_at: number;
  payment: string | undefined;
}

/** Payment requests that a batch opens or ends. Every method throws before it changes anything. */
export class RequestRows {
  readonly opened = new Map<string, RequestRow>();
  readonly ended = new Map<string, RequestEnd>();

  add(event: RequestEvent, partition: number, position: number): void {
    switch (event.type) {
      case 'request.opened':
        return this.#open(event, partition, position);
      case 'request.paid':
      case 'request.cancelled':
      case 'request.declined':
        return this.#end(event);
      default:
        // What the payer's book says of another org's request: the row is the payee's.
        return;
    }
  }

  #open(event: RequestOpened, partition: number, position: number): void {
    const { payer } = event;
    const foreign = 'payer_org' in payer;
    const row: RequestRow = {
      request: hexOf(event.request_id),
      org: hexOf(event.org),
      payee: hexOf(event.payee.agent_id),
      payer_org: hexOf(foreign ? payer.payer_org : event.org),
      payer: foreign ? undefined : hexOf(payer.agent_id),
      payer_name: foreign ? payer.handle : undefined,
      opened: event,
      partition,
      position,
    };
    if (this.opened.has(row.request)) throw new Error('the payment request is open already');
    this.opened.set(row.request, row);
  }

  #end(event: RequestEnded): void {
    const request = hexOf(event.request_id);
    this.ended.set(request, {
      request,
      status: STATUS[event.type],
      ended_at: event.time,
      payment: event.type === 'request.paid' ? hexOf(event.payment) : undefined,
    });
  }
}

const STATUS = { 'request.paid': 'paid', 'request.cancelled': 'cancelled', 'request.declined': 'declined' } as const;
