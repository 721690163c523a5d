import type { ServiceAnswer, ServiceInFull, ServiceItem } from '#client';
import { fields, table, type Cell } from './table.js';

export function servicesTable(services: readonly ServiceItem[]): string {
  return table(
    ['service', 'category', 'mode', 'of', 'recommended max', 'price'],
    services.map((each) => [
      each.name,
      each.category,
      each.enabled ? each.mode : 'off',
      each.source,
      each.max_credits_recommended,
      each.price,
    ]),
  );
}

export function serviceText(service: ServiceItem): string {
  return fields([
    ['service', service.name],
    ['title', service.title],
    ['category', service.category],
    ['mode', service.enabled ? service.mode : 'off'],
    ['of', service.source],
    ['price', service.price],
    ['recommended max', service.max_credits_recommended],
    ['secret', service.secret_parts.join(', ')],
  ]);
}

export function serviceInFullText(service: ServiceInFull): string {
  const payload = Object.entries(service.payload).map(([name, field]) => [name, ...about(field)]);
  const definition = JSON.stringify(service.definition, null, 2);
  return [serviceText(service), table(['payload', 'type', 'required', 'what it is'], payload), definition].join('\n\n');
}

function about(field: unknown): Cell[] {
  const { type, required, description } = field as { type?: string; required?: boolean; description?: string };
  return [type, required === true ? 'yes' : 'no', description];
}

/** What it did cost, and below it the service's own answer as it came. */
export function paidServiceText(paid: ServiceAnswer & Record<string, unknown>): string {
  const { receipt_id, credits_spent, receipt: _, sandbox, answer_expired, ...answer } = paid;
  const lines = fields([
    ['receipt', receipt_id],
    ['credits spent', credits_spent],
    ['answered by', sandbox === true ? 'the sandbox: nothing of it is real but the payment' : 'the provider'],
    ['answer', answer_expired === true ? 'kept no longer' : undefined],
  ]);
  return `${lines}\n\n${JSON.stringify(answer, null, 2)}`;
}
