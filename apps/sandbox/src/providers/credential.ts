import type { Asked } from '../exchange.js';

/** How the credential stands: a sandbox takes any value, but only where and as the provider takes it. */
export type Credential = 'given' | 'missing' | 'malformed';

export function bearerOf({ headers }: Asked): Credential {
  return credentialOf(headers.authorization, /^Bearer [\w.~+/=:-]+$/);
}

/** A name and a password, neither of them empty. */
export function basicOf({ headers }: Asked): Credential {
  const { authorization } = headers;
  const form = credentialOf(authorization, /^Basic [A-Za-z0-9+/]+={0,2}$/);
  if (form !== 'given') return form;
  const pair = Buffer.from(authorization?.slice('Basic '.length) ?? '', 'base64').toString('utf8');
  return /^[^:]+:.+$/.test(pair) ? 'given' : 'malformed';
}

function credentialOf(authorization: string | undefined, form: RegExp): Credential {
  if (authorization === undefined || authorization.trim() === '') return 'missing';
  return form.test(authorization) ? 'given' : 'malformed';
}
