import { partitionOf, type OwnerAnswer } from '#contracts';
import type { Command, Query } from '#domain';
import { Operation, type Wish } from '../operation.js';
import type { Surroundings } from '../owner-process.js';
import { Known } from './known.js';

type Fields<Type extends (Command | Query)['type']> = Omit<
  Extract<Command | Query, { type: Type }>,
  'type' | 'org' | 'credential' | 'fresh_id' | 'key' | 'fingerprint'
>;

/** One org and those who work with its book, in ways that the seed gives: `wishes.ts` has what they may wish. */
export class Workload {
  readonly org: string;
  readonly operations: Operation[] = [];
  /** By the stream of commands: nobody answers these. */
  readonly queued: { key: string; text: string }[] = [];
  readonly admin: string;
  readonly known = new Known();
  /** An org that there is not. */
  readonly nowhere: string;
  #number = 0;

  constructor(
    readonly index: number,
    readonly surroundings: Surroundings,
    /** The others, whose payments this one tries to touch now and then. */
    readonly all: readonly Workload[],
    beside?: Workload,
  ) {
    this.org = beside ? orgOfPartition(beside.partition, surroundings) : newOrg(surroundings);
    this.admin = `key_${surroundings.freshId()}`;
    this.nowhere = orgOfPartition(this.partition, surroundings);
  }

  get partition(): number {
    return partitionOf(this.org);
  }

  get unanswered(): Operation[] {
    return this.operations.filter(({ done }) => !done);
  }

  receive(name: string, text: string, sent_at: number): void {
    this.operations.find((operation) => operation.name === name)?.receive(text, sent_at);
  }

  /** A command by request and reply, or by the queue, where its sender does not wait. */
  step<Type extends Command['type']>(type: Type, fields: Fields<Type>): void {
    const { world, commands, freshId } = this.surroundings;
    const key = this.key(type);
    const request = { ...this.head(type, fields), key, fingerprint: `v1:${key}` } as Command;
    if (type.startsWith('payment.') && world.random.chance(0.3)) {
      const credential = { subject: this.admin, proof: 'admin proof' };
      const text = encode({ ...request, credential, fresh_id: freshId() });
      this.queued.push({ key, text });
      const send = (): void =>
        commands.publish(this.partition, `commands.${this.partition}.${this.org}`, text, new Map());
      send();
      if (world.random.chance(0.3)) world.after(world.random.between(0, 3_000), 'a command is sent twice', send);
      return;
    }
    this.run({ kind: 'command', request }, key);
  }

  /** Asks until there is an answer, of which `then` is told. */
  run(wish: Wish, key: string | undefined, then?: (answer: OwnerAnswer | undefined) => void): void {
    const name = `${this.index}-${key ?? 'question'}-${++this.#number}`.replaceAll('.', '_');
    const operation = new Operation(name, this.org, key, wish, this.admin, this.surroundings, ({ answers }) => {
      const { answer, text } = answers[0]!;
      this.known.note(answer);
      if (wish.kind === 'payment') this.known.learn(text);
      then?.(answer);
    });
    this.operations.push(operation);
    operation.send();
  }

  /** A key that nobody used before. */
  key(what: string): string {
    return `${what}-${++this.#number}`;
  }

  /** A command or question as an admin key of the org asks it. */
  head<Type extends (Command | Query)['type']>(
    type: Type,
    fields: Fields<Type>,
  ): Extract<Command | Query, { type: Type }> {
    const credential = { subject: this.admin, proof: 'admin proof' };
    const header = { type, org: this.org, credential, fresh_id: this.surroundings.freshId() };
    return { ...header, ...fields } as unknown as Extract<Command | Query, { type: Type }>;
  }
}

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
