import { rawHeaders, type BusConnection } from '#bus';
import { HEADERS, subjects } from '#contracts';
import type { IntentAnswer, PaymentRequest } from '#client';
import { freshId } from '#security';

/** Publishes intents as an org's client does, from one place for many orgs. */
export interface IntentPublisher {
  publish(intent: PaymentRequest): Promise<IntentAnswer>;
}

/**
 * One connection, with the services' rights, that publishes for many orgs: what differs from the hot row is then the
 * number of books alone, and not the number of sockets.
 */
export class ServicesBus {
  readonly #waiting = new Map<string, (answer: IntentAnswer) => void>();
  readonly #run = `bench${freshId()}`;
  #serial = 0;

  constructor(private readonly connection: BusConnection) {
    connection.subscribe(`answers.*.*.${this.#run}.*`, {
      callback: (error, message) => {
        if (error) throw error;
        const id = message.subject.slice(message.subject.lastIndexOf('.') + 1);
        this.#waiting.get(id)?.(message.json<IntentAnswer>());
        this.#waiting.delete(id);
      },
    });
  }

  /** Publishing in the name of one org's key. */
  of(org: string, key: string): IntentPublisher {
    const answers = `${subjects.answersOf(org, key)}.${this.#run}`;
    return {
      publish: ({ agent_id, ...body }) =>
        new Promise((resolve) => {
          const id = (++this.#serial).toString(36);
          this.#waiting.set(id, resolve);
          this.connection.publish(
            subjects.intent(org, agent_id!, key),
            JSON.stringify({ ...body, idempotency_key: freshId() }),
            { headers: rawHeaders({ [HEADERS.reply_to]: `${answers}.${id}` }) },
          );
        }),
    };
  }
}
