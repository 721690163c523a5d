import { HttpException, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { lastValueFrom, of, type Observable } from 'rxjs';
import type { PayableRequest } from './options.js';
import { paidHeaders, type PayableRoute } from './payable-route.js';
import { rememberPayment } from './payment.js';
import type { Refusal } from './answers.js';

/** What Nest's two HTTP platforms have in common. */
interface Reply {
  statusCode: number;
  header(name: string, value: string): unknown;
  getHeader(name: string): unknown;
}

/** Around a handler that returns its answer; what a handler writes by itself (`@Res()`) nobody can hold back here. */
export class PayableInterceptor implements NestInterceptor {
  constructor(private readonly route: PayableRoute) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const request = context.switchToHttp().getRequest<PayableRequest & object>();
    const reply = context.switchToHttp().getResponse<Reply>();
    const admission = await this.route.admit(request);
    if (!admission.ok) throw refusing(reply, admission.refusal);
    const { admitted } = admission;
    rememberPayment(request, admitted.payment);
    let answer: unknown;
    try {
      answer = await lastValueFrom(next.handle(), { defaultValue: undefined });
    } catch (error) {
      add(reply, paidHeaders(await admitted.release(), reply.getHeader('cache-control')));
      throw error;
    }
    if (reply.statusCode >= 400) {
      add(reply, paidHeaders(await admitted.release(), reply.getHeader('cache-control')));
      return of(answer);
    }
    const finished = await admitted.finish();
    if (!finished.ok) throw refusing(reply, finished.refusal);
    add(reply, paidHeaders(finished.headers, reply.getHeader('cache-control')));
    return of(answer);
  }
}

function refusing(reply: Reply, { status, headers, body }: Refusal): HttpException {
  add(reply, headers);
  return new HttpException(body, status);
}

function add(reply: Reply, headers: Record<string, string>): void {
  for (const [name, value] of Object.entries(headers)) reply.header(name, value);
}
