import { fingerprintOf, fingerprintSource, type OwnerAnswer } from '#contracts';
import type { CapturePayment, Command, DispatchPayment, RowBeside, VoidPayment } from '#domain';
import { freshId } from '#security';
import type { ServiceParts } from './ports.js';

type Step = 'dispatch' | 'capture' | 'void';
type StepCommand = CapturePayment | DispatchPayment | VoidPayment;

export interface ServicePayment {
  org: string;
  service: string;
  payment_id: string;
}

/**
 * Settlement's own word on a payment to a service that it calls. Its owner knows it by the payment and the step, so that whoever of
 * several processes says it, it happens once.
 */
export function sayOfPayment(
  { owners }: Pick<ServiceParts, 'owners'>,
  { org, service, payment_id }: ServicePayment,
  step: Step,
  fields: { amount?: bigint; answer_hash?: string; dispatched_for_ms?: number; beside?: RowBeside | undefined },
  deadline: number,
): Promise<OwnerAnswer> {
  const command = {
    org,
    credential: { subject: 'settlement', proven_by: 'settlement', service },
    fresh_id: freshId(),
    fingerprint: fingerprintOf(fingerprintSource(`service.${step}`, { payment_id, amount: fields.amount })),
    deadline,
    type: `payment.${step}`,
    payment_id,
    ...(step === 'capture' ? { final: true } : {}),
    ...fields,
    ...(step === 'capture' ? { with_evidence: true as const } : {}),
  } as StepCommand;
  return owners.send(org, command satisfies Command);
}
