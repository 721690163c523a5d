import { plainCall, type PlainAnswer } from './plain-http.js';

export const requirements = {
  scheme: 'exact',
  network: 'ledger:main',
  amount: '50000',
  asset: 'USD',
  payTo: 'seller',
  maxTimeoutSeconds: 600,
};
export type Requirements = typeof requirements & { extra?: object };
export const resource = { url: 'https://seller.example/page' };

/** A challenge of v2 for 0.05, with what is changed in its requirement. */
export function challengeV2(fields: object = {}, more: object = {}) {
  return { x402Version: 2, resource, accepts: [{ ...requirements, ...fields }], ...more };
}

export function requirementsV1(fields: object = {}) {
  const { amount: maxAmountRequired, ...shared } = requirements;
  return { ...shared, maxAmountRequired, resource: resource.url, description: 'A page', ...fields };
}

export function challengeV1(fields: object = {}) {
  return { x402Version: 1, accepts: [requirementsV1(fields)] };
}

export function legacyChallenge(nonce: string, fields: object = {}) {
  return { amount: '0.05', currency: 'USD', destination: 'seller', nonce, ...fields };
}

/** The calls of x402, as payers and payees make them; nothing is repeated. */
export class X402Calls {
  constructor(private readonly url: string) {}

  resolve(token: string, challenge: unknown, fields: object = {}, key?: string): Promise<PlainAnswer> {
    return this.post('/v1/payments/x402/resolve', token, { challenge, ...fields }, key);
  }

  /** The payment token that answers a challenge. */
  async tokenFor(token: string, challenge: unknown): Promise<string> {
    const { status, json, text } = await this.resolve(token, challenge);
    if (status !== 200) throw new Error(text);
    return String(json['payment_token']);
  }

  verify(token: string | undefined, body: object | string): Promise<PlainAnswer> {
    return this.post('/x402/verify', token, body);
  }

  settle(token: string | undefined, body: object | string, key?: string): Promise<PlainAnswer> {
    return this.post('/x402/settle', token, body, key);
  }

  redeem(token: string, payment_token: unknown, fields: object = {}, key?: string): Promise<PlainAnswer> {
    return this.post('/v1/payments/x402/redeem', token, { payment_token, amount: '0.05', ...fields }, key);
  }

  status(token: string, transaction: unknown): Promise<PlainAnswer> {
    return plainCall(this.url, 'GET', `/x402/settlements/${String(transaction)}`, { token });
  }

  private post(path: string, token: string | undefined, body: object | string, key?: string): Promise<PlainAnswer> {
    const headers: Record<string, string> = key === undefined ? {} : { 'idempotency-key': key };
    return plainCall(this.url, 'POST', path, { body, headers, ...(token === undefined ? {} : { token }) });
  }
}

/** The body of `/verify` and `/settle` in v2 for a token; `charged` is asked for instead of what was accepted. */
export function bodyV2(
  token: unknown,
  fields: object = {},
  { charged, type }: { charged?: string; type?: string } = {},
) {
  const accepted = { ...requirements, ...fields };
  const payload = { token, ...(type === undefined ? {} : { type }) };
  return {
    x402Version: 2,
    paymentPayload: { x402Version: 2, resource, accepted, payload },
    paymentRequirements: { ...accepted, ...(charged === undefined ? {} : { amount: charged }) },
  };
}

export function bodyV1(token: unknown, fields: object = {}) {
  const required = requirementsV1(fields);
  const { scheme, network } = required;
  return {
    x402Version: 1,
    paymentPayload: { x402Version: 1, scheme, network, payload: { token } },
    paymentRequirements: required,
  };
}
