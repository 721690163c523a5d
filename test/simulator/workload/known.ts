import type { OwnerAnswer } from '#contracts';

/** What an agent has asked another for. */
interface Asked {
  id: string;
  payee: string;
  payer: string;
  payer_org: string | undefined;
  amount: number;
}

/** What those who work with a book have been told, and so may name in what they ask next. */
export class Known {
  readonly agents: string[] = [];
  readonly sessions: string[] = [];
  readonly holds: string[] = [];
  readonly spent: string[] = [];
  /** Payments that wait for an approval, or once did. */
  readonly pending: string[] = [];
  /** Payments to other orgs, held or captured. */
  readonly abroad: string[] = [];
  /** Payments whose tokens were given out, with the org whose agent is paid. */
  readonly challenged: { payment_id: string; payee_org: string | undefined }[] = [];
  readonly called: { payment_id: string; service: string }[] = [];
  /** Money that agents of this org have asked for. */
  readonly requests: Asked[] = [];

  note(answer: OwnerAnswer | undefined): void {
    if (answer?.kind !== 'recorded') return;
    const { event } = answer;
    if (event.type === 'agent.registered') this.agents.push(event.agent_id);
    if (event.type === 'session.opened') this.sessions.push(event.session_id);
    if (event.type !== 'request.opened') return;
    const { request_id, payee, payer, amount } = event;
    this.requests.push({
      id: request_id,
      payee: payee.handle,
      payer: payer.handle,
      payer_org: 'payer_org' in payer ? payer.payer_org : undefined,
      amount: Number(amount),
    });
  }

  /** Whichever way the answer came, a payment's text is the same. */
  learn(text: string): void {
    const { payment_id, status, payee } = JSON.parse(text) as {
      payment_id?: string;
      status?: string;
      payee?: { payee_org?: string };
    };
    if (payment_id === undefined) return;
    if (payee?.payee_org !== undefined && status !== 'declined') this.abroad.push(payment_id);
    if (payee?.payee_org !== undefined && status === 'captured') return;
    if (status === 'authorized') this.holds.push(payment_id);
    if (status === 'pending_approval') {
      this.pending.push(payment_id);
      this.holds.push(payment_id);
    }
    if (status === 'captured') this.spent.push(payment_id);
  }
}
