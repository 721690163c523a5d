import type { OwnerAnswer } from '#contracts';
import type { Command, Query } from '#domain';
import type { OwnerGateway } from '../src/ports.js';

type Asked = Command | Query;

/** An owner that answers as it is told, and remembers what it was asked. Anything it was not told of is a fault. */
export class ScriptedOwner implements OwnerGateway {
  readonly asked: { org: string; command: Asked }[] = [];
  readonly #answers = new Map<Asked['type'], (command: never) => OwnerAnswer>();

  /** What to answer to commands of this type, from now on. */
  on<Type extends Asked['type']>(
    type: Type,
    answer: OwnerAnswer | ((command: Extract<Asked, { type: Type }>) => OwnerAnswer),
  ): this {
    this.#answers.set(type, typeof answer === 'function' ? answer : () => answer);
    return this;
  }

  send(org: string, command: Asked): Promise<OwnerAnswer> {
    this.asked.push({ org, command });
    const answer = this.#answers.get(command.type);
    if (!answer) return Promise.reject(new Error(`Nothing is scripted for ${command.type}`));
    return Promise.resolve(answer(command as never));
  }

  /** The last command of a type. */
  last<Type extends Asked['type']>(type: Type): Extract<Asked, { type: Type }> {
    const found = this.asked.findLast(({ command }) => command.type === type)?.command;
    if (!found) throw new Error(`No ${type} was sent`);
    return found as Extract<Asked, { type: Type }>;
  }

  forget(): void {
    this.asked.length = 0;
  }
}
