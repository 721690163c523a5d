// Verifies a receipt of Bursar with nothing but Node: no package, no network, no secret.
//
//   node verify-receipt.mjs receipt.json jwks.json
//
// receipt.json is the answer of GET /v1/receipts/{id}, or only its `jws`; jwks.json the answer of GET /.well-known/jwks.json of
// the deployment that you trust: it says whose signature counts. Prints what was signed and ends with 0; else says why the
// receipt is not good and ends with 6, or with 2 where a file cannot be read.
//
// A receipt is a compact JWS (RFC 7515): header.payload.signature, each base64url. The signature is Ed25519 over the text
// `header.payload`. The answer repeats the payload in plain JSON, which counts only where it is the same.

import { createPublicKey, verify } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { argv, exit, stderr, stdout } from 'node:process';
import { pathToFileURL } from 'node:url';

/** What the receipt says, if it holds. Throws an Error that says why it does not. */
export function verifyReceipt(receiptText, jwks) {
  const shown = receiptText.trim().startsWith('{') ? parsed(receiptText, 'the receipt') : { jws: receiptText.trim() };
  const { jws, ...fields } = shown;
  const parts = String(jws).split('.');
  if (parts.length !== 3) throw new Error('it has no signature: `jws` is not of three parts');
  const [headerBytes, payloadBytes, signature] = parts.map(decoded);
  const header = parsed(headerBytes, 'the header');
  const payload = parsed(payloadBytes, 'the payload');

  // Nothing that the receipt says of itself chooses the algorithm: only this one, for this purpose, is taken.
  const { alg, kid, typ, ...others } = header;
  if (alg !== 'EdDSA') throw new Error(`it is signed by ${alg}, not EdDSA`);
  if (typ !== 'bursar-receipt+jwt') throw new Error(`it is a ${typ}, no receipt`);
  if (Object.keys(others).length > 0)
    throw new Error(`its header says more than it may: ${Object.keys(others).join()}`);

  const jwk = (jwks.keys ?? []).find((key) => key.kid === kid && key.kty === 'OKP' && key.crv === 'Ed25519');
  if (!jwk) throw new Error(`no key ${kid} is published`);
  const key = createPublicKey({ key: { kty: jwk.kty, crv: jwk.crv, x: jwk.x }, format: 'jwk' });
  const isSigned = verify(null, Buffer.from(`${parts[0]}.${parts[1]}`), key, signature);
  if (!isSigned) throw new Error('the signature is not over this text');

  // Each key signs what was recorded in its own time, so one that becomes known to others later forges nothing of before.
  const { nbf, exp } = jwk;
  if (!(payload.iat >= nbf && payload.iat < exp)) throw new Error(`the key does not sign for the time ${payload.iat}`);

  if (Object.keys(fields).length === 0) return payload;
  const names = [...new Set([...Object.keys(fields), ...Object.keys(payload)])];
  const wrong = names.find((name) => !sameMember(fields, payload, name));
  if (wrong !== undefined) throw new Error(`the field ${wrong} is not what was signed`);
  return payload;
}

function decoded(part) {
  const bytes = Buffer.from(part, 'base64url');
  // One spelling: base64url has spare bits at its end, and decoders pass over what is none.
  if (bytes.toString('base64url') !== part) throw new Error('it is not base64url');
  return bytes;
}

function parsed(text, what) {
  try {
    const value = JSON.parse(text.toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // Said below.
  }
  throw new Error(`${what} is no JSON object`);
}

/** Whether two JSON values are the same, in whatever order their members stand. */
function same(left, right) {
  if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return left === right;
  if (Array.isArray(left) !== Array.isArray(right)) return false;
  const names = Object.keys(left);
  return names.length === Object.keys(right).length && names.every((name) => sameMember(left, right, name));
}

/** Own members only: every object inherits some, which JSON may also name. */
function sameMember(left, right, name) {
  return Object.hasOwn(left, name) && Object.hasOwn(right, name) && same(left[name], right[name]);
}

if (argv[1] !== undefined && import.meta.url === pathToFileURL(argv[1]).href) {
  const say = (code, text) => {
    (code === 0 ? stdout : stderr).write(`${text}\n`);
    exit(code);
  };
  const read = (file) => {
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      return say(2, error.message);
    }
  };
  if (argv.length !== 4) say(2, 'node verify-receipt.mjs receipt.json jwks.json');
  const [receiptText, jwksText] = argv.slice(2).map(read);
  try {
    say(0, JSON.stringify(verifyReceipt(receiptText, parsed(jwksText, 'the key set')), null, 2));
  } catch (error) {
    say(6, `The receipt is not good: ${error.message}.`);
  }
}
