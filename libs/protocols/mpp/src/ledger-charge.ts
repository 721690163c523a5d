import { isJsonObject, type FieldProblem, type JsonObject } from '#contracts';
import { ASSETS, isAsset, MAXIMUM_UNITS, type Asset } from '#domain';
import { z } from 'zod';
import { decodeJson, encodeJson } from './base64url-json.js';
import { MPP_BOUNDS } from './bounds.js';
import { matching, printable, words } from './fields.js';

/** Bursar's own payment method: what is paid moves in its book. */
export const LEDGER_METHOD = 'ledger';
export const CHARGE_INTENT = 'charge';

const FLOWS = ['authorization', 'upfront', 'escrow'] as const;

/** What a challenge of the method `ledger` asks for, once. */
export interface LedgerCharge {
  /** In the smallest units of the asset, 6 decimals for USD. */
  amount: bigint;
  asset: Asset;
  /** An agent, as it was written. */
  recipient: string;
  /** The ledger in which it is paid: `ledger:<deployment>`. */
  network: string;
  /** When the money moves, by the names that x402 has for it. */
  flow: (typeof FLOWS)[number];
  /** The URL of what is paid for. */
  resource?: string;
}

const text = (characters: number) => words(characters).optional();
const object = <Shape extends z.ZodRawShape>(shape: Shape) => {
  const inner = z.object(shape);
  const isObject = (value: unknown): value is z.input<typeof inner> => isJsonObject(value);
  const error = (issue: { input?: unknown }) => (issue.input === undefined ? 'is missing' : 'must be a JSON object');
  return z.custom<z.input<typeof inner>>(isObject, { error }).pipe(inner);
};

const chargeSchema = object({
  amount: matching(/^[1-9]\d{0,38}$/, 'must be a whole number of smallest units above 0, as a string')
    .transform((digits) => BigInt(digits))
    .refine((amount) => amount <= MAXIMUM_UNITS, 'is too large'),
  currency: printable(MPP_BOUNDS.name_characters),
  recipient: printable(MPP_BOUNDS.name_characters),
  description: text(MPP_BOUNDS.note_characters),
  externalId: text(MPP_BOUNDS.note_characters),
  methodDetails: object({
    network: printable(MPP_BOUNDS.name_characters),
    decimals: matching(/^\d{1,2}$/, 'must be a number of decimals, as a string').optional(),
    paymentFlow: z.enum(FLOWS, 'must be authorization, upfront or escrow').optional(),
    resource: words(MPP_BOUNDS.url_characters).optional(),
  }),
});

export type ReadCharge =
  { ok: true; charge: LedgerCharge } | { ok: false; is_elsewhere: boolean; problems: FieldProblem[] };

/** Reads the `request` of a challenge of the method `ledger`. `is_elsewhere`: it is whole, and for another ledger or asset. */
export function readCharge(request: string, network: string): ReadCharge {
  const refused = (field: string, message: string, is_elsewhere = false): ReadCharge => ({
    ok: false,
    is_elsewhere,
    problems: [{ field, message }],
  });
  const decoded = decodeJson(request, MPP_BOUNDS.request_characters);
  if (!decoded.ok) return refused('request', decoded.message);
  if (isOfAnotherLedger(decoded.object, network)) {
    return refused('request.methodDetails.network', 'is no ledger that is paid in here', true);
  }
  const read = chargeSchema.safeParse(decoded.object);
  if (!read.success) {
    const problems = read.error.issues.map(({ path, message }) => ({ field: ['request', ...path].join('.'), message }));
    return { ok: false, is_elsewhere: false, problems };
  }
  const { amount, currency, recipient, methodDetails } = read.data;
  const { decimals, paymentFlow, resource } = methodDetails;
  if (!isAsset(currency)) return refused('request.currency', 'is no asset that is paid in here, such as USD', true);
  // Whoever counts in other units would be paid another sum than he asked for.
  if (decimals !== undefined && Number(decimals) !== ASSETS[currency].scale) {
    return refused('request.methodDetails.decimals', `must be ${ASSETS[currency].scale} for ${currency}`);
  }
  const flow = paymentFlow ?? 'authorization';
  return { ok: true, charge: { amount, asset: currency, recipient, network, flow, ...(resource && { resource }) } };
}

function isOfAnotherLedger({ methodDetails }: JsonObject, network: string): boolean {
  const named = isJsonObject(methodDetails) ? methodDetails['network'] : undefined;
  return typeof named === 'string' && named !== network;
}

/** The `request` that asks for it. The same charge is always the same text. */
export function writeCharge({ amount, asset, recipient, network, flow, resource }: LedgerCharge): string {
  const paymentFlow = flow === 'authorization' ? undefined : flow;
  const decimals = ASSETS[asset].scale.toString();
  const methodDetails = { network, decimals, paymentFlow, resource };
  return encodeJson({ amount: amount.toString(), currency: asset, recipient, methodDetails });
}
