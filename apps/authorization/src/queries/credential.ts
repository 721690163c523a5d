import { actorId } from '#domain';
import type { CredentialView, OwnerAnswer } from '#contracts';
import { refused, type QuestionContext } from './question.js';

/** What a credential is; asked before reads of projections and by the bus's auth callout. */
export function credentialAnswer({ actor }: QuestionContext): OwnerAnswer {
  switch (actor.kind) {
    case 'owner':
    case 'foreign_payee':
    case 'service_caller':
      return refused({ code: 'credential_invalid', scope: { kind: 'key', id: actorId(actor) } });
    case 'key':
      return answer({ subject: actor.id, kind: 'key', role: actor.role });
    case 'agent':
      return answer({ subject: actor.agent.id, kind: 'agent', agent_id: actor.agent.id });
    case 'session': {
      const { id, agent_id } = actor.session;
      return answer({ subject: id, kind: 'session', session_id: id, ...(agent_id === undefined ? {} : { agent_id }) });
    }
  }
}

function answer(credential: CredentialView): OwnerAnswer {
  return { kind: 'credential', credential };
}
