import { authenticateQuery, RefusedSignal, type Command, type Query } from '#domain';
import type { OwnerAnswer } from '#contracts';
import type { LogStore } from '#event-log';
import type { OwnedPartition } from '../owner/partition.js';
import { agentAnswer } from './agent.js';
import { agentsAnswer } from './agents.js';
import { approvalsAnswer } from './approvals.js';
import { credentialAnswer } from './credential.js';
import { decisionAnswer, type DecisionFacts } from './decision.js';
import { grantsAnswer } from './grants.js';
import { keysAnswer } from './keys.js';
import { foreignPaymentsAnswer, organizationAnswer } from './organization.js';
import { paymentAnswer, paymentByKeyAnswer } from './payment.js';
import { askedAgentAnswer, paymentRequestAnswer } from './payment-request.js';
import { refused, type QuestionContext } from './question.js';
import { redemptionAnswer } from './redemption.js';
import { sessionAnswer } from './session.js';
import { sessionsAnswer } from './sessions.js';
import { signedTransferAnswer } from './signed-transfer.js';
import { walletsAnswer } from './wallets.js';

/** Answers a question that appends nothing, from the book itself, so that callers read their own writes (D11). */
export async function answerQuestion(
  log: LogStore,
  partition: OwnedPartition,
  request: Query | Command,
  now: number,
  decisions: DecisionFacts,
): Promise<OwnerAnswer> {
  const query = request as Query;
  const book = partition.book(query.org).base;
  try {
    const actor = authenticateQuery(book, query, now);
    return await answer({ log, org: query.org, partition, book, actor, now }, query, decisions);
  } catch (signal) {
    if (signal instanceof RefusedSignal) return refused(signal.refusal);
    throw signal;
  }
}

function answer(context: QuestionContext, query: Query, decisions: DecisionFacts): OwnerAnswer | Promise<OwnerAnswer> {
  switch (query.type) {
    case 'query.agent':
      return agentAnswer(context, query.agent);
    case 'query.agents':
      return agentsAnswer(context, query);
    case 'query.session':
      return sessionAnswer(context, query.session_id);
    case 'query.sessions':
      return sessionsAnswer(context, query);
    case 'query.organization':
      return organizationAnswer(context);
    case 'query.foreign_payments':
      return foreignPaymentsAnswer(context);
    case 'query.wallets':
      return walletsAnswer(context, query.limit, query.after);
    case 'query.keys':
      return keysAnswer(context, query.limit, query.after);
    case 'query.approvals':
      return approvalsAnswer(context, query.limit, query.after);
    case 'query.grants':
      return grantsAnswer(context, query.limit, query.after);
    case 'query.decision':
      return decisionAnswer(context, query, decisions);
    case 'query.payment':
      return paymentAnswer(context, query);
    case 'query.payment_by_key':
      return paymentByKeyAnswer(context, query.key, query.agent);
    case 'query.redemption':
      return redemptionAnswer(context, query);
    case 'query.payment_request':
      return paymentRequestAnswer(context, query);
    case 'query.asked_agent':
      return askedAgentAnswer(context, query);
    case 'query.signed_transfer':
      return signedTransferAnswer(context, query, decisions);
    case 'query.credential':
      return credentialAnswer(context);
  }
}
