import { ReadModelQueryError } from '#read-models';
import type { FastifyReply } from 'fastify';
import { refuse } from '../http/http-reply.js';

/** Asks the read models: a question at fault is 422, read models that do not answer are 503 and no payment notices. */
export async function askReadModels<Answer>(reply: FastifyReply, ask: () => Promise<Answer>): Promise<Answer> {
  try {
    return await ask();
  } catch (error) {
    if (error instanceof ReadModelQueryError) {
      refuse('query_invalid', { problems: [{ field: error.field, message: error.message }] });
    }
    reply.server.failures.error({ err: error }, 'The read models did not answer');
    return refuse('read_model_unavailable', {}, { 'retry-after': '5' });
  }
}
