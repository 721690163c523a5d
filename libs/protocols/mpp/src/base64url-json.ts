import { isJsonObject, readJson, type JsonObject } from '#contracts';

/** JSON of texts and objects only, which is all that is written here. */
export type JsonTexts = string | { readonly [name: string]: JsonTexts | undefined };

/** Base64url without padding of JSON in its canonical form (RFC 8785), so that the same value is always the same text. */
export function encodeJson(value: JsonTexts): string {
  return Buffer.from(canonical(value), 'utf8').toString('base64url');
}

function canonical(value: JsonTexts): string {
  if (typeof value === 'string') return JSON.stringify(value);
  const fields = Object.keys(value)
    .sort()
    .flatMap((name) => {
      const inner = value[name];
      return inner === undefined ? [] : [`${JSON.stringify(name)}:${canonical(inner)}`];
    });
  return `{${fields.join(',')}}`;
}

export type ReadEncoded = { ok: true; object: JsonObject } | { ok: false; message: string };

/** Reads a JSON object in base64url. Only one text stands for a value: no padding, no other alphabet, no spare bits. */
export function decodeJson(text: string, characters: number): ReadEncoded {
  if (text.length > characters) return { ok: false, message: 'is too long' };
  const bytes = Buffer.from(text, 'base64url');
  if (text === '' || bytes.toString('base64url') !== text) {
    return { ok: false, message: 'must be base64url without padding' };
  }
  let json: string;
  try {
    json = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return { ok: false, message: 'must be base64url of UTF-8 text' };
  }
  const read = readJson(json);
  if (!read.ok) return { ok: false, message: `holds JSON that ${read.problems[0]?.message ?? 'cannot be read'}` };
  return isJsonObject(read.value)
    ? { ok: true, object: read.value }
    : { ok: false, message: 'must hold a JSON object' };
}
