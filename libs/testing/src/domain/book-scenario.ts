import {
  Book,
  BookOverlay,
  DEFAULT_DECIDE_SETTINGS,
  decide,
  evolve,
  findAgent,
  treasuryWallet,
  type Agent,
  type AuthorizePayment,
  type BookEvent,
  type Command,
  type Credential,
  type DecideSettings,
  type Decision,
  type Decline,
  type LimitDefinition,
  type LimitPeriod,
  type OpenSession,
  type PaymentDeclined,
  type RegisterAgent,
  type Session,
} from '#domain';
import { LogFacts } from './log-facts.js';

export const SCENARIO_ORG = 'org_00000000000070008000000000000001';

/** 2026-03-04 (a Wednesday) 12:00 UTC. */
export const SCENARIO_START = Date.UTC(2026, 2, 4, 12);

export const ADMIN: Credential = { subject: 'key_admin', proof: 'admin proof' };
export const OWNER: Credential = { subject: 'owner', proven_by: 'owner' };

/** 1.00 of the default asset. */
export const ONE = 1_000_000n;

type Loose<C extends Command> = Partial<Omit<C, 'type'>>;

/** A command without the fields that every command has and most tests do not care about. */
export type CommandInput = Command extends infer C
  ? C extends Command
    ? Omit<C, 'org' | 'credential' | 'fresh_id'> & Partial<Pick<C, 'org' | 'credential' | 'fresh_id'>>
    : never
  : never;

export interface ScenarioOptions {
  treasury?: bigint;
  first_use?: Partial<{
    enabled: boolean;
    per_payment: string;
    per_day: string;
    agents_maximum: number;
    together_per_day: string;
  }>;
  settings?: Partial<DecideSettings>;
}

/**
 * One book with all its events, driven by commands: given what was recorded, when a command comes, then these events or
 * this refusal follow. Events pass through JSON on their way into the book, as they do through the log.
 */
export class BookScenario {
  readonly state = new Book();
  readonly log: BookEvent[] = [];
  readonly facts = new LogFacts();
  readonly settings: DecideSettings;
  now = SCENARIO_START;
  #fresh = 0;

  constructor(options: ScenarioOptions = {}) {
    this.settings = { ...DEFAULT_DECIDE_SETTINGS, ...options.settings };
    this.given({
      type: 'organization.create',
      credential: OWNER,
      name: 'Test',
      default_asset: 'USD',
      first_use: {
        enabled: true,
        per_payment: '500000',
        per_day: '25000000',
        agents_maximum: 100,
        together_per_day: '100000000',
        ...options.first_use,
      },
      admin_key: { key_id: 'key_admin', token_hash: 'admin proof' },
      initial_amount: options.treasury ?? 1000n * ONE,
    });
  }

  /** Decides and, where events follow, folds them. */
  when(input: CommandInput): Decision {
    const decision = this.consider(input);
    if (decision.kind === 'record') this.#fold(decision.events);
    return decision;
  }

  /** Decides and folds nothing. */
  consider(input: CommandInput): Decision {
    const command = { org: SCENARIO_ORG, credential: ADMIN, fresh_id: this.freshId(), ...input };
    return decide(this.state, this.facts, command, this.now, this.settings);
  }

  /** What has to be recorded and not declined for the story to go on; answers with the primary event. */
  given<Input extends CommandInput>(input: Input): BookEvent {
    const decision = this.when(input);
    if (decision.kind !== 'record') throw new Error(`given ${input.type}, but ${describe(decision)}`);
    const primary = decision.events[decision.primary]!;
    if ('decline' in primary && primary.type !== 'clearing.refused')
      throw new Error(`given ${input.type}, but ${describe(decision)}`);
    return primary;
  }

  agent(handle: string, fields: Loose<RegisterAgent> = {}): string {
    const event = this.given({
      type: 'agent.register',
      handle,
      limits: [],
      funding: 'treasury',
      token_hash: `${handle} proof`,
      ...fields,
    });
    return (event as Extract<BookEvent, { type: 'agent.registered' }>).agent_id;
  }

  session(budget: bigint, fields: Loose<OpenSession> = {}): string {
    const event = this.given(this.openSession(budget, fields));
    return (event as Extract<BookEvent, { type: 'session.opened' }>).session_id;
  }

  openSession(budget: bigint, fields: Loose<OpenSession> = {}): CommandInput {
    return {
      type: 'session.open',
      asset: 'USD',
      budget,
      mode: 'shared',
      labels: {},
      token_hash: 'session proof',
      ...fields,
    };
  }

  payment(amount: bigint, fields: Loose<AuthorizePayment> = {}): CommandInput {
    return {
      type: 'payment.authorize',
      payee: { service: 'search' },
      amount,
      asset: 'USD',
      capture: false,
      protocol: 'direct',
      labels: {},
      ...fields,
    };
  }

  /** Authorizes; the hold's payment id. */
  hold(amount: bigint, fields: Loose<AuthorizePayment> = {}): string {
    return (this.given(this.payment(amount, fields)) as { payment_id: string } & BookEvent).payment_id;
  }

  /** Authorizes and captures in one decision; the payment id. */
  spend(amount: bigint, fields: Loose<AuthorizePayment> = {}): string {
    return this.hold(amount, { capture: true, ...fields });
  }

  /** Tries to authorize: undefined where it passes, else why not. Recorded either way. */
  tryHold(amount: bigint, fields: Loose<AuthorizePayment> = {}): Decline | undefined {
    return refusalOf(this.when(this.payment(amount, fields)));
  }

  trySpend(amount: bigint, fields: Loose<AuthorizePayment> = {}): Decline | undefined {
    return this.tryHold(amount, { capture: true, ...fields });
  }

  /** The one refusal that a command meets, recorded or not. */
  refused(input: CommandInput): Decline {
    const decision = this.when(input);
    const refusal = refusalOf(decision);
    if (!refusal) throw new Error(`${input.type} should have been refused, but ${describe(decision)}`);
    return refusal;
  }

  /** Lets every hold and reserved session lapse that is due, as the owner does before each cycle. */
  lapse(): void {
    for (const payment of [...this.state.payments.values()])
      this.when({ type: 'payment.lapse', credential: OWNER, payment_id: payment.id });
    for (const session of [...this.state.sessions.values()])
      this.when({ type: 'session.lapse', credential: OWNER, session_id: session.id });
  }

  passTime(milliseconds: number): void {
    this.now += milliseconds;
  }

  agentOf(idOrHandle: string): Agent {
    const agent = findAgent(this.state, idOrHandle);
    if (!agent) throw new Error(`no agent ${idOrHandle}`);
    return agent;
  }

  sessionOf(id: string): Session {
    const session = this.state.sessions.get(id);
    if (!session) throw new Error(`no session ${id}`);
    return session;
  }

  /** `[available, held]` of a wallet; zeros where no money has ever reached it. */
  wallet(id: string = treasuryWallet(SCENARIO_ORG, 'USD')): [bigint, bigint] {
    const wallet = this.state.wallets.get(id);
    return wallet ? [wallet.available, wallet.held] : [0n, 0n];
  }

  /** Types of all events since `from`, for tests that say what was recorded and nothing else. */
  typesSince(from: number): string[] {
    return this.log.slice(from).map((event) => event.type);
  }

  /** A fresh book from all events: what a restart would make of the log. */
  replayed(): Book {
    const book = new Book();
    for (const event of this.log) evolve(book, event);
    return book;
  }

  freshId(): string {
    this.#fresh += 1;
    return `0190000000007000800${this.#fresh.toString(16).padStart(13, '0')}`;
  }

  #fold(events: readonly BookEvent[]): void {
    const overlay = new BookOverlay(this.state);
    for (const event of events) {
      const stored = JSON.parse(JSON.stringify(event)) as BookEvent;
      evolve(overlay, stored);
      this.log.push(stored);
      this.facts.add(stored);
    }
    overlay.merge();
  }
}

/** The refusal in a decision, recorded or not; undefined where the command passed or was a replay of what passed. */
export function refusalOf(decision: Decision): Decline | undefined {
  if (decision.kind === 'refuse') return decision.refusal;
  const primary =
    decision.kind === 'record'
      ? decision.events[decision.primary]
      : decision.kind === 'replay'
        ? decision.bound.event
        : undefined;
  return primary && 'decline' in primary ? (primary as PaymentDeclined).decline : undefined;
}

function describe(decision: Decision): string {
  return JSON.stringify(decision.kind === 'record' ? decision.events[decision.primary] : decision);
}

export function limit(
  per: LimitPeriod,
  maximum: bigint | number,
  fields: Partial<Omit<LimitDefinition, 'per' | 'maximum'>> = {},
): LimitDefinition {
  return { of: 'amount', per, maximum: maximum.toString(), asset: 'USD', ...fields };
}
