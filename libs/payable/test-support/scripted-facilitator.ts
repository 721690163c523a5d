import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface FacilitatorAsked {
  call: string;
  authorization: string | undefined;
  key: string | undefined;
  body: {
    x402Version: number;
    paymentPayload: Record<string, unknown> & { payload: Record<string, unknown> };
    paymentRequirements: Record<string, unknown>;
  };
}

export type Answering = (asked: FacilitatorAsked) => { status?: number; body: unknown } | 'hang up';

export const LEDGER = { x402Version: 2, scheme: 'exact', network: 'ledger:test', extra: {} };
export const TOKEN = '0x00000000000000000000000000000000000b0c4a';
const token = { asset: TOKEN, symbol: 'USD', decimals: 6, name: 'Bursar USD', version: '1' };
export const KINDS = [
  LEDGER,
  { ...LEDGER, scheme: 'upto' },
  { ...LEDGER, x402Version: 1 },
  { x402Version: 2, scheme: 'exact', network: 'eip155:1651864179', extra: token },
  { x402Version: 1, scheme: 'exact', network: 'base-sepolia', extra: token },
];

export const valid: Answering = () => ({ body: { isValid: true, payer: 'agt_1' } });
export const settled: Answering = ({ body }) => ({
  body: {
    success: true,
    transaction: 'pay_1',
    network: body.paymentRequirements['network'],
    payer: 'agt_1',
    extra: {},
  },
});

/** A facilitator that answers what a test says, also what a real one answers only in bad times. */
export class ScriptedFacilitator {
  readonly asked: FacilitatorAsked[] = [];
  kinds: unknown[] = KINDS;
  supported: Answering = () => ({ body: { kinds: this.kinds } });
  verify = valid;
  settle = settled;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ScriptedFacilitator> {
    const server = createServer();
    const facilitator = new ScriptedFacilitator(server);
    server.on('request', (request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => {
        const call = (request.url ?? '').replace('/x402/', '') as 'supported' | 'verify' | 'settle';
        const { authorization } = request.headers;
        const key = request.headers['idempotency-key'] as string | undefined;
        const body = (text === '' ? {} : JSON.parse(text)) as FacilitatorAsked['body'];
        const asked = { call, authorization, key, body };
        facilitator.asked.push(asked);
        const answer = facilitator[call](asked);
        if (answer === 'hang up') return request.socket.destroy();
        const written = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
        return response.writeHead(answer.status ?? 200, { 'content-type': 'application/json' }).end(written);
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return facilitator;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The settlements and checks that were asked for, in their order. */
  get steps(): string[] {
    return this.asked
      .filter(({ call }) => call !== 'supported')
      .map(({ call, body }) => {
        const { amount, maxAmountRequired } = body.paymentRequirements;
        const { type } = body.paymentPayload.payload;
        return call === 'verify' ? 'verify' : `${String(type)} ${String(amount ?? maxAmountRequired)}`;
      });
  }

  close(): void {
    this.server.closeAllConnections();
    this.server.close();
  }
}
