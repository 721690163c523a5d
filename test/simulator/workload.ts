import { partitionOf, type OwnerAnswer } from '#contracts';
import {
  agentWallet,
  namedWallet,
  redemptionKey,
  serviceWallet,
  transferKey,
  treasuryWallet,
  type Command,
  type Credential,
  type LimitDefinition,
  type Query,
} from '#domain';
import { Operation, type Wish } from './operation.js';
import type { Surroundings } from './owner-process.js';
import { POISON } from './simulated-log.js';

type Fields<Type extends (Command | Query)['type']> = Omit<
  Extract<Command | Query, { type: Type }>,
  'type' | 'org' | 'credential' | 'fresh_id' | 'key' | 'fingerprint'
>;

const limit = (of: LimitDefinition['of'], per: LimitDefinition['per'], maximum: number): LimitDefinition => ({
  of,
  per,
  maximum: maximum.toString(),
  asset: 'USD',
});

/** What an agent has asked another for. */
interface Asked {
  id: string;
  payee: string;
  payer: string;
  payer_org: string | undefined;
  amount: number;
}

/** One org and those who work with its book, in ways that the seed gives. */
export class Workload {
  readonly org: string;
  readonly operations: Operation[] = [];
  /** By the stream of commands: nobody answers these. */
  readonly queued: { key: string; text: string }[] = [];
  readonly #admin: string;
  readonly #agents: string[] = [];
  readonly #sessions: string[] = [];
  readonly #holds: string[] = [];
  readonly #spent: string[] = [];
  /** Payments that wait for an approval, or once did. */
  readonly #pending: string[] = [];
  /** Payments to other orgs, held or captured. */
  readonly #abroad: string[] = [];
  /** Payments whose tokens were given out, with the org whose agent is paid. */
  readonly #challenged: { payment_id: string; payee_org: string | undefined }[] = [];
  readonly #called: { payment_id: string; service: string }[] = [];
  /** Money that agents of this org have asked for. */
  readonly #requests: Asked[] = [];
  /** An org that there is not. */
  readonly #nowhere: string;
  #number = 0;

  constructor(
    readonly index: number,
    private readonly surroundings: Surroundings,
    /** The others, whose payments this one tries to touch now and then. */
    private readonly all: readonly Workload[],
    beside?: Workload,
  ) {
    this.org = beside ? orgOfPartition(beside.partition, surroundings) : newOrg(surroundings);
    this.#admin = `key_${surroundings.freshId()}`;
    this.#nowhere = orgOfPartition(this.partition, surroundings);
  }

  get partition(): number {
    return partitionOf(this.org);
  }

  get unanswered(): Operation[] {
    return this.operations.filter(({ done }) => !done);
  }

  agentOf(index: number): string {
    return this.#agents[index]!;
  }

  get sessions(): readonly string[] {
    return this.#sessions;
  }

  receive(name: string, text: string, sent_at: number): void {
    this.operations.find((operation) => operation.name === name)?.receive(text, sent_at);
  }

  /** The commands that open the book, one after the other; the first is submitted as the process itself would. */
  begin(done: () => void): void {
    const { freshId } = this.surroundings;
    const agent =
      (handle: string, limits: LimitDefinition[], parent_agent?: string): (() => Command) =>
      () => ({
        ...this.#head('agent.register', {
          handle,
          limits,
          funding: handle === 'gamma' ? 'own' : 'treasury',
          token_hash: 'hash',
          parent_agent,
        }),
      });
    const session =
      (budget: bigint, mode: 'shared' | 'reserved', parent?: number): (() => Command) =>
      () =>
        this.#head('session.open', {
          asset: 'USD',
          budget,
          mode,
          labels: {},
          token_hash: 'hash',
          ...(parent === undefined ? {} : { parent_session_id: this.#sessions[parent]! }),
        });
    const opening: (() => Command)[] = [
      () => ({
        type: 'organization.create',
        org: this.org,
        credential: { subject: 'owner', proven_by: 'owner' },
        fresh_id: freshId(),
        name: 'simulated',
        default_asset: 'USD',
        first_use: { enabled: true, per_payment: '60', per_day: '400', agents_maximum: 2, together_per_day: '500' },
        admin_key: { key_id: this.#admin, token_hash: 'admin proof' },
        initial_amount: 4_000n,
      }),
      agent('alpha', [
        limit('amount', 'payment', 150),
        limit('amount', 'lifetime', 2_500),
        limit('held', 'payment', 400),
      ]),
      agent('beta', [limit('amount', 'day', 1_200), limit('count', 'hour', 25)], 'alpha'),
      agent('gamma', [limit('amount', { rolling_seconds: 60 }, 700)]),
      () => this.#head('organization.change', { approval_above: { amount: '50', asset: 'USD' } }),
      () =>
        this.#head('grant.create', {
          payee: { service: 'search' },
          limit: { of: 'amount', per: 'hour', maximum: '300', asset: 'USD' },
        }),
      session(2_200n, 'shared'),
      session(1_500n, 'shared', 0),
      session(600n, 'reserved', 0),
      session(400n, 'reserved', 1),
      () =>
        this.#head('topup', {
          target: { wallet_id: agentWallet(this.#agents[2]!, 'USD') },
          amount: 900n,
          asset: 'USD',
        }),
      () => this.#head('wallet.open', { kind: 'escrow', name: 'deals', asset: 'USD' }),
      ...[0, 2].map(
        (index) => () =>
          this.#head('agent.register_address', {
            agent: this.#agents[index]!,
            address: addressOf(index),
            proof: { signature: 'simulated' },
          }),
      ),
    ];
    const next = (index: number): void => {
      const make = opening[index];
      if (!make) return done();
      // The book of an org is opened once, whoever asks how often; the other steps are known by their keys.
      const key = index === 0 ? undefined : `open-${index}`;
      const request = { ...make(), ...(key === undefined ? {} : { key, fingerprint: 'v1:open' }) };
      this.#run({ kind: 'command', request }, key, () => next(index + 1));
    };
    next(0);
  }

  /** One more wish, of any kind. */
  wish(): void {
    const { random } = this.surroundings.world;
    const kinds: [number, () => void][] = [
      [44, () => this.#pay()],
      [13, () => this.#capture()],
      [5, () => this.#void()],
      [7, () => this.#answerChallenge()],
      [11, () => this.#redeem()],
      [9, () => this.#settleSigned()],
      [3, () => this.#changeAddress()],
      [6, () => this.#refund()],
      [4, () => this.#dispatch()],
      [6, () => this.#callService()],
      [6, () => this.#sayOfCall()],
      [3, () => this.#extend()],
      [3, () => this.#resolve()],
      [4, () => this.#topUp()],
      [4, () => this.#transfer()],
      [3, () => this.#changeAgent()],
      [3, () => this.#changeSession()],
      [3, () => this.#freeze()],
      [9, () => this.#ask()],
      [3, () => this.#conflict()],
      [3, () => this.#again()],
      [2, () => this.#meddle()],
      [6, () => this.#giveBackAbroad()],
      [1, () => this.#closeToOthers()],
      [5, () => this.#decide()],
      [5, () => this.#askForMoney()],
      [8, () => this.#payRequest()],
      [1, () => this.#endRequest()],
    ];
    let drawn = random.next() * kinds.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, wish] of kinds) {
      drawn -= weight;
      if (drawn < 0) return wish();
    }
  }

  #pay(): void {
    const { random } = this.surroundings.world;
    const key = this.#key('pay');
    const agent = random.chance(0.06)
      ? random.pick(['unseen-one', 'unseen-two', 'unseen-three'])
      : random.pick(['alpha', 'beta', 'gamma', this.#agents[1]!]);
    this.#run({ kind: 'payment', agent, text: this.#paymentText(key) }, key);
  }

  #paymentText(key: string): string {
    const { random } = this.surroundings.world;
    const hold = random.chance(0.5);
    const near = random.chance(0.5)
      ? { payee: random.pick(['alpha', 'beta', 'gamma']) }
      : { service: random.pick(['search', 'maps']) };
    return JSON.stringify({
      ...(random.chance(this.all.length > 1 ? 0.25 : 0.03) ? this.#payeeAbroad() : near),
      amount: `0.0000${random
        .between(1, random.chance(0.1) ? 99 : 60)
        .toString()
        .padStart(2, '0')}`,
      capture: !hold,
      ...(hold ? { expires_in: random.between(2, 25) } : {}),
      ...(random.chance(0.6) && this.#sessions.length > 0 ? { session_id: random.pick(this.#sessions) } : {}),
      labels: random.chance(0.03) ? { text: POISON } : { purpose: 'simulated', goal: random.pick(['a', 'b']) },
      idempotency_key: key,
    });
  }

  /** Of another org mostly; now and then of none, or nobody there. */
  #payeeAbroad(): { payee: string; payee_org: string } {
    const { random } = this.surroundings.world;
    const orgs = this.all.filter((one) => one !== this).map(({ org }) => org);
    const payee_org = orgs.length === 0 || random.chance(0.05) ? this.#nowhere : random.pick(orgs);
    return { payee: random.chance(0.1) ? 'nobody' : random.pick(['alpha', 'beta', 'gamma']), payee_org };
  }

  #capture(): void {
    const { random } = this.surroundings.world;
    if (this.#holds.length === 0) return this.#pay();
    const partial = random.chance(0.4);
    this.#step('payment.capture', {
      payment_id: random.pick(this.#holds),
      final: !partial || random.chance(0.5),
      ...(partial ? { amount: BigInt(random.between(0, 30)) } : {}),
    });
  }

  /** A hold that answers a challenge, as settlement asks for it. */
  #answerChallenge(): void {
    const { random } = this.surroundings.world;
    const abroad = random.chance(0.3) ? this.all.find((one) => one !== this) : undefined;
    const key = this.#key('challenge');
    const request = {
      ...this.#head('payment.authorize', {
        agent: random.pick(['alpha', 'beta', 'gamma']),
        payee: { agent: random.pick(['alpha', 'beta', 'gamma']), ...(abroad ? { org: abroad.org } : {}) },
        amount: BigInt(random.between(1, 40)),
        asset: 'USD',
        capture: false,
        protocol: 'x402',
        labels: {},
        terms_hash: TERMS,
        expires_in_ms: random.between(8, 25) * 1_000,
      }),
      key,
      fingerprint: `v1:${key}`,
    };
    this.#run({ kind: 'command', request }, key, (answer) => {
      if (answer?.kind !== 'recorded' || !('payment_id' in answer.event)) return;
      const payment_id = answer.event.payment_id!;
      this.#challenged.push({ payment_id, payee_org: abroad?.org });
      this.#holds.push(payment_id);
      if (abroad) this.#abroad.push(payment_id);
    });
  }

  /** The payee brings a token, mostly one of the last ones: several at a time, and again after it was taken. */
  #redeem(): void {
    const { random } = this.surroundings.world;
    if (this.#challenged.length === 0) return this.#answerChallenge();
    const { payment_id, payee_org } = random.pick(this.#challenged.slice(-3));
    const step = random.pick(['capture', 'capture', 'confirm', 'release'] as const);
    const key = redemptionKey(step, payment_id);
    const credential: Credential = payee_org
      ? { subject: 'key_abroad', proven_by: 'settlement', payee_org }
      : { subject: this.#admin, proof: 'admin proof' };
    const request = {
      ...this.#head('payment.redeem', {
        payment_id,
        step,
        terms_hash: random.chance(0.05) ? 'v1:other' : TERMS,
        ...(random.chance(0.5) ? { amount: BigInt(random.between(0, 40)) } : {}),
      }),
      credential,
      // The owner knows it by its payment, whatever key it comes with.
      key: this.#key('redeem'),
      fingerprint: `v1:redeemer-${random.between(1, 3)}`,
    };
    this.#run({ kind: 'command', request }, key);
  }

  /** What an agent's wallet has signed, brought by a key of its payee's org; few authorizations, so that each comes again. */
  #settleSigned(): void {
    const { random } = this.surroundings.world;
    const index = random.pick([0, 2]);
    const credential: Credential = {
      subject: this.#agents[index]!,
      proven_by: 'settlement',
      address: addressOf(index),
    };
    const authorization = { network: 'simulated', token: 'USD', nonce: `${random.between(1, 12)}` };
    const key = transferKey({ credential, authorization });
    const payee = random.chance(0.8) ? this.#agents[1]! : random.pick(this.#agents);
    const amount = BigInt(random.pick([9, 40, 45, 99]));
    const request = {
      ...this.#head('payment.transfer_signed', {
        authorization,
        redeemer: { subject: this.#admin, proof: 'admin proof' },
        payee: { agent: payee, org: this.org },
        amount,
        asset: 'USD',
        terms_hash: 'v1:signed',
      }),
      credential,
      // What was signed is in it, as settlement has it.
      fingerprint: `v1:${payee}-${amount}-${random.between(1, 2)}`,
    };
    this.#run({ kind: 'command', request }, key);
  }

  /** Other addresses than those that pay, so that what was signed with these stays good. */
  #changeAddress(): void {
    const { random } = this.surroundings.world;
    const fields = { agent: random.pick(this.#agents), address: addressOf(random.between(3, 6)) };
    if (random.chance(0.3)) return this.#step('agent.remove_address', fields);
    this.#step('agent.register_address', { ...fields, proof: { signature: 'simulated' } });
  }

  #void(): void {
    if (this.#holds.length === 0) return this.#pay();
    this.#step('payment.void', { payment_id: this.surroundings.world.random.pick(this.#holds) });
  }

  #dispatch(): void {
    if (this.#holds.length === 0) return this.#pay();
    this.#step('payment.dispatch', { payment_id: this.surroundings.world.random.pick(this.#holds) });
  }

  /** A hold for a call of a paid service, dispatched in the same decision, as settlement asks for it. */
  #callService(): void {
    const { random } = this.surroundings.world;
    const key = this.#key('call');
    const service = random.pick(SERVICES);
    const request = {
      ...this.#head('payment.authorize', {
        agent: random.pick(['alpha', 'beta', 'gamma']),
        payee: { service },
        amount: BigInt(random.between(1, 40)),
        asset: 'USD',
        capture: false,
        protocol: 'direct',
        labels: {},
        request_hash: 'v1:request',
        dispatched_for_ms: random.between(1, 8) * 1_000,
        ...(random.chance(0.6) && this.#sessions.length > 0 ? { session_id: random.pick(this.#sessions) } : {}),
      }),
      key,
      fingerprint: `v1:${key}`,
    };
    this.#run({ kind: 'command', request }, key, (answer) => {
      if (answer?.kind !== 'recorded' || !('payment_id' in answer.event)) return;
      const payment_id = answer.event.payment_id!;
      this.#called.push({ payment_id, service });
      this.#holds.push(payment_id);
    });
  }

  /** Settlement's word on a call, by the payment's own key, so that replicas may say it too; now and then of another's payment. */
  #sayOfCall(): void {
    const { random } = this.surroundings.world;
    if (this.#called.length === 0) return this.#callService();
    const call = random.pick(this.#called);
    const { payment_id } = random.chance(0.9) ? call : { payment_id: random.pick(this.#holds) };
    const service = random.chance(0.95) ? call.service : random.pick(SERVICES);
    const credential = { subject: 'settlement', proven_by: 'settlement' as const, service };
    // What a call came to is known once, and does not change.
    const came_to = BigInt(payment_id.codePointAt(payment_id.length - 1)! % 20);
    const [type, fields] = random.pick([
      ['payment.capture', { payment_id, amount: came_to, final: true, answer_hash: 'v1:answer' }],
      ['payment.void', { payment_id }],
      ['payment.dispatch', { payment_id, dispatched_for_ms: 5_000 }],
    ] as const);
    const key = `service-${type}:${payment_id}`;
    const request = { ...this.#head(type, fields), credential, key, fingerprint: `v1:${key}` } as Command;
    this.#run({ kind: 'command', request }, key);
  }

  #extend(): void {
    const { random } = this.surroundings.world;
    if (this.#holds.length === 0) return this.#pay();
    this.#step('payment.extend', {
      payment_id: random.pick(this.#holds),
      expires_in_ms: random.between(2, 25) * 1_000,
    });
  }

  #resolve(): void {
    const { random } = this.surroundings.world;
    if (this.#holds.length === 0) return this.#pay();
    const outcome = random.pick(['captured', 'voided'] as const);
    this.#step('payment.resolve', {
      payment_id: random.pick(this.#holds),
      outcome,
      ...(outcome === 'captured' && random.chance(0.6) ? { amount: BigInt(random.between(1, 40)) } : {}),
    });
  }

  #transfer(): void {
    const { random } = this.surroundings.world;
    const wallets = [
      treasuryWallet(this.org, 'USD'),
      agentWallet(this.#agents[0]!, 'USD'),
      agentWallet(this.#agents[2]!, 'USD'),
      serviceWallet('search', 'USD'),
      namedWallet('escrow', 'deals', 'USD'),
    ];
    const from_wallet_id = random.pick(wallets);
    this.#step('wallet.transfer', {
      from_wallet_id,
      to_wallet_id: random.pick(wallets.filter((one) => one !== from_wallet_id)),
      amount: BigInt(random.between(1, random.chance(0.2) ? 3_000 : 60)),
      asset: 'USD',
    });
  }

  #refund(): void {
    const { random } = this.surroundings.world;
    const payments = [...this.#spent, ...this.#holds, ...this.#abroad.slice(-1)];
    if (payments.length === 0) return this.#pay();
    const amount = random.chance(0.6) ? { amount: BigInt(random.between(1, 30)) } : {};
    this.#step('payment.refund', { payment_id: random.pick(payments), ...amount });
  }

  #topUp(): void {
    const { random } = this.surroundings.world;
    const treasury = { wallet_id: treasuryWallet(this.org, 'USD') };
    if (random.chance(0.5)) {
      // The reference is the key: whoever brings it again, under whatever key of his own, brings the same money (C6).
      const number = random.between(1, 4);
      const fields = { target: treasury, amount: BigInt(number * 10), asset: 'USD' as const, reference: `${number}` };
      const request = { ...this.#head('topup', fields), key: this.#key('topup'), fingerprint: 'v1:topup' };
      return this.#run({ kind: 'command', request }, `§reference:${number}`);
    }
    const target = random.pick([treasury, { session_id: random.pick(this.#sessions) }, { agent: 'alpha' }]);
    this.#step('topup', { target, amount: BigInt(random.between(1, 200)), asset: 'USD' });
  }

  #changeAgent(): void {
    const { random } = this.surroundings.world;
    const changes: [string, LimitDefinition[]][] = [
      ['alpha', [limit('amount', 'payment', 150), limit('amount', 'lifetime', random.between(1_000, 3_000))]],
      ['alpha', [limit('amount', 'hour', random.between(300, 1_500)), limit('amount', 'lifetime', 2_500)]],
      ['beta', [limit('amount', 'minute', random.between(50, 300)), limit('count', 'day', random.between(5, 40))]],
      ['gamma', [limit('amount', { rolling_seconds: random.pick([30, 60]) }, random.between(200, 800))]],
    ];
    const [agent, limits] = random.pick(changes);
    this.#step('agent.change', { agent, limits });
  }

  #changeSession(): void {
    const { random } = this.surroundings.world;
    const session_id = random.pick(this.#sessions);
    if (random.chance(0.4))
      return this.#step('session.change', { session_id, budget: BigInt(random.between(100, 2_500)) });
    // Not of the first ones, which all the others live in.
    if (random.chance(0.2) && this.#sessions.length > 4)
      return this.#step('session.change', {
        session_id: this.#sessions.at(-1)!,
        expires_in_ms: random.chance(0.3) ? null : random.between(1_000, 20_000),
      });
    if (random.chance(0.3) && this.#sessions.length > 4)
      return this.#step('session.close', { session_id: this.#sessions.at(-1)! });
    this.#step('session.open', {
      asset: 'USD',
      budget: BigInt(random.between(50, 500)),
      mode: random.pick(['shared', 'reserved'] as const),
      labels: {},
      token_hash: 'hash',
      parent_session_id: session_id,
      ...(random.chance(0.4) ? { expires_in_ms: random.between(1_000, 20_000) } : {}),
    });
  }

  #freeze(): void {
    const { random } = this.surroundings.world;
    if (random.chance(0.35)) this.#step('agent.freeze', { agent: 'beta', reason: 'simulated' });
    else this.#step('agent.unfreeze', { agent: 'beta' });
  }

  #ask(): void {
    const { random } = this.surroundings.world;
    const questions: Query[] = [
      this.#head('query.wallets', {}),
      this.#head('query.agent', { agent: random.pick(this.#agents) }),
      this.#head('query.session', { session_id: random.pick(this.#sessions) }),
    ];
    const payments = [...this.#holds, ...this.#spent];
    if (payments.length > 0) questions.push(this.#head('query.payment', { payment_id: random.pick(payments) }));
    this.#run({ kind: 'query', request: random.pick(questions) }, undefined);
  }

  /** Another body under a key that somebody used, or uses right now. */
  #conflict(): void {
    const { random } = this.surroundings.world;
    const others = this.operations.filter(({ wish }) => wish.kind === 'payment');
    if (others.length === 0) return this.#pay();
    const { key, wish } = random.pick(others);
    const { agent } = wish as Extract<Wish, { kind: 'payment' }>;
    this.#run({ kind: 'payment', agent, text: this.#paymentText(key!) }, key);
  }

  /** With the payment of another org: for this one there is no such payment (F7). */
  #meddle(): void {
    const { random } = this.surroundings.world;
    const others = this.all
      .filter((one) => one !== this)
      .flatMap((one) => [...one.#holds, ...one.#spent].filter((id) => !one.#abroad.includes(id)));
    if (others.length === 0) return this.#pay();
    const payment_id = random.pick(others);
    const type = random.pick(['payment.capture', 'payment.void', 'payment.refund'] as const);
    const key = this.#key('meddle');
    const step = { ...this.#head(type, { payment_id }), key, fingerprint: 'v1:meddle' };
    const request = type === 'payment.capture' ? { ...step, final: true } : step;
    this.#run({ kind: 'command', request: request as Command }, key);
  }

  /** What others have paid this one, or think they have. */
  #giveBackAbroad(): void {
    const { random } = this.surroundings.world;
    const payments = this.all.filter((one) => one !== this).flatMap((one) => one.#abroad);
    if (payments.length === 0) return this.#pay();
    const amount = random.chance(0.7) ? { amount: BigInt(random.between(1, 30)) } : {};
    this.#step('payment.refund', { payment_id: random.pick(payments), ...amount });
  }

  #closeToOthers(): void {
    this.#step('organization.change', { accept_foreign_payments: this.surroundings.world.random.chance(0.7) });
  }

  #decide(): void {
    const { random } = this.surroundings.world;
    if (this.#pending.length === 0) return this.#pay();
    const approval_id = random.pick(this.#pending).replace('pay_', 'apr_');
    this.#step(random.chance(0.8) ? 'approval.approve' : 'approval.deny', { approval_id });
  }

  #askForMoney(): void {
    const { random } = this.surroundings.world;
    const others = this.all.filter((one) => one !== this);
    const org = others.length > 0 && random.chance(0.5) ? random.pick(others).org : undefined;
    const payee = random.pick(['alpha', 'beta', 'gamma']);
    const payer = random.pick(['alpha', 'beta', 'gamma'].filter((one) => org !== undefined || one !== payee));
    this.#step('request.open', {
      payee,
      payer: { agent: payer, ...(org === undefined ? {} : { org }) },
      amount: BigInt(random.between(1, 60)),
      asset: 'USD',
      labels: {},
      ...(random.chance(0.3) ? { expires_in_ms: random.between(500, 20_000) } : {}),
    });
  }

  /** What somebody has asked an agent of this org for; the same request again and again, and now and then the wrong amount. */
  #payRequest(): void {
    const { random } = this.surroundings.world;
    const asked = this.all.flatMap((one) =>
      one.#requests
        .filter(({ payer_org }) => (payer_org ?? one.org) === this.org)
        .map((request) => ({ request, org: one === this ? undefined : one.org })),
    );
    if (asked.length === 0) return this.#askForMoney();
    const { request, org } = random.pick(random.chance(0.7) ? asked.slice(-3) : asked);
    const copies = random.chance(0.3) ? random.between(2, 5) : 1;
    for (let copy = 0; copy < copies; copy++) {
      const key = this.#key('pay-request');
      const amount = request.amount + (random.chance(0.1) ? 1 : 0);
      const text = JSON.stringify({
        payee: request.payee,
        ...(org === undefined ? {} : { payee_org: org }),
        amount: `0.0000${amount.toString().padStart(2, '0')}`,
        capture: true,
        request_id: request.id,
        idempotency_key: key,
      });
      const agent = random.chance(0.05) ? 'gamma' : request.payer;
      this.#run({ kind: 'payment', agent, text }, key);
    }
  }

  #endRequest(): void {
    const { random } = this.surroundings.world;
    if (this.#requests.length === 0) return this.#askForMoney();
    const { id, payer_org } = random.pick(this.#requests);
    const type = payer_org === undefined && random.chance(0.5) ? 'request.decline' : 'request.cancel';
    this.#step(type, { request_id: id });
  }

  #again(): void {
    const answered = this.operations.filter(({ done, key }) => done && key !== undefined);
    if (answered.length > 0) this.surroundings.world.random.pick(answered).send();
  }

  /** A command by request and reply, or by the queue, where its sender does not wait. */
  #step<Type extends Command['type']>(type: Type, fields: Fields<Type>): void {
    const { world, commands, freshId } = this.surroundings;
    const key = this.#key(type);
    const request = { ...this.#head(type, fields), key, fingerprint: `v1:${key}` } as Command;
    if (type.startsWith('payment.') && world.random.chance(0.3)) {
      const credential = { subject: this.#admin, proof: 'admin proof' };
      const text = encode({ ...request, credential, fresh_id: freshId() });
      this.queued.push({ key, text });
      const send = (): void =>
        commands.publish(this.partition, `commands.${this.partition}.${this.org}`, text, new Map());
      send();
      if (world.random.chance(0.3)) world.after(world.random.between(0, 3_000), 'a command is sent twice', send);
      return;
    }
    this.#run({ kind: 'command', request }, key);
  }

  #run(wish: Wish, key: string | undefined, then?: (answer: OwnerAnswer | undefined) => void): void {
    const name = `${this.index}-${key ?? 'question'}-${++this.#number}`.replaceAll('.', '_');
    const operation = new Operation(name, this.org, key, wish, this.#admin, this.surroundings, ({ answers }) => {
      const { answer, text } = answers[0]!;
      this.#note(answer);
      if (wish.kind === 'payment') this.#learn(text);
      then?.(answer);
    });
    this.operations.push(operation);
    operation.send();
  }

  #note(answer: OwnerAnswer | undefined): void {
    if (answer?.kind !== 'recorded') return;
    const { event } = answer;
    if (event.type === 'agent.registered') this.#agents.push(event.agent_id);
    if (event.type === 'session.opened') this.#sessions.push(event.session_id);
    if (event.type !== 'request.opened') return;
    const { request_id, payee, payer, amount } = event;
    this.#requests.push({
      id: request_id,
      payee: payee.handle,
      payer: payer.handle,
      payer_org: 'payer_org' in payer ? payer.payer_org : undefined,
      amount: Number(amount),
    });
  }

  /** Whichever way the answer came, a payment's text is the same. */
  #learn(text: string): void {
    const { payment_id, status, payee } = JSON.parse(text) as {
      payment_id?: string;
      status?: string;
      payee?: { payee_org?: string };
    };
    if (payment_id === undefined) return;
    if (payee?.payee_org !== undefined && status !== 'declined') this.#abroad.push(payment_id);
    if (payee?.payee_org !== undefined && status === 'captured') return;
    if (status === 'authorized') this.#holds.push(payment_id);
    if (status === 'pending_approval') {
      this.#pending.push(payment_id);
      this.#holds.push(payment_id);
    }
    if (status === 'captured') this.#spent.push(payment_id);
  }

  #key(what: string): string {
    return `${what}-${++this.#number}`;
  }

  #head<Type extends (Command | Query)['type']>(
    type: Type,
    fields: Fields<Type>,
  ): Extract<Command | Query, { type: Type }> {
    const credential = { subject: this.#admin, proof: 'admin proof' };
    const header = { type, org: this.org, credential, fresh_id: this.surroundings.freshId() };
    return { ...header, ...fields } as unknown as Extract<Command | Query, { type: Type }>;
  }
}

/** Those whose calls settlement makes. */
const SERVICES = ['search', 'maps'] as const;

/** What the holds that answer a challenge are for. */
const TERMS = 'v1:terms';

const addressOf = (number: number): string => `0x${number.toString(16).padStart(40, '0')}`;

function encode(request: Command): string {
  return JSON.stringify({ commands: [request] }, (_name, value: unknown) =>
    typeof value === 'bigint' ? value.toString() : value,
  );
}

function newOrg({ freshId }: Surroundings): string {
  return `org_${freshId()}`;
}

function orgOfPartition(partition: number, surroundings: Surroundings): string {
  for (;;) {
    const org = newOrg(surroundings);
    if (partitionOf(org) === partition) return org;
  }
}
