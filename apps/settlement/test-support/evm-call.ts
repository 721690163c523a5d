import { secp256k1 } from '@noble/curves/secp256k1.js';
import { canonicalBytes } from '#event-log';
import type { OwnerAnswer, SettlementAnswer, SettlementRequest } from '#contracts';
import type { AgentAddressRegistered, Command, Query } from '#domain';
import { createLogger } from '#observability';
import { createKeyRing, freshId } from '#security';
import { addressOf, recoverSigner, transferAuthorizationHash, type RecoverSigner } from '#x402';
import type { AddressLog, SettlementParts } from '../src/ports.js';
import { evmRail, evmRailOfV1, ledgerRail } from '../src/x402/rails.js';
import { noReadings } from '../src/x402/readings.js';
import { Unanswered } from '../src/x402/unanswered.js';
import { noCatalogue } from './no-catalogue.js';

export const ORG = `org_${'1'.repeat(32)}`;
export const PAYEE = `0x${'b'.repeat(40)}`;
const key = Buffer.from('11'.repeat(32), 'hex');
export const PAYER = addressOf(secp256k1.getPublicKey(key, false));

export const evm = evmRail('test', 1_651_864_179);
export const v1 = evmRailOfV1('test', { network: 'base-sepolia', chain_id: 84_532 });

/** Settlement before an owner that answers as it is told, and a log in which these addresses are registered. */
export function settlementFor(
  answers: OwnerAnswer[],
  options: {
    recover?: RecoverSigner;
    addressEvents?: AddressLog['addressEvents'];
    registered?: Record<string, string>;
  } = {},
) {
  const asked: (Command | Query)[] = [];
  const logged: string[] = [];
  const { recover = recoverSigner, registered = { [PAYER]: 'agt_payer', [PAYEE]: 'agt_payee' } } = options;
  const events = (address: string) => {
    const agent_id = registered[address];
    if (agent_id === undefined) return [];
    const event: AgentAddressRegistered = {
      type: 'agent.address_registered',
      version: 1,
      org: ORG,
      sequence: 1,
      time: 1,
      by: 'key_1',
      agent_id,
      address,
      proof: { signature: '0x' },
    };
    return [{ partition: 1, position: 1, payload: canonicalBytes(event), hash: Buffer.alloc(32) }];
  };
  const unread = () => Promise.reject(new Error('nothing else is read of the log'));
  const { addressEvents = (addresses) => Promise.resolve(addresses.map(events)) } = options;
  const parts: SettlementParts = {
    owners: {
      send: (_org, command) => {
        asked.push(command);
        return Promise.resolve(answers.length > 1 ? answers.shift()! : answers[0]!);
      },
    },
    log: { loadFacts: unread, read: unread, addressEvents },
    keys: createKeyRing({ seeds: [Buffer.alloc(32, 1)] }),
    rails: [ledgerRail('test'), evm, v1],
    issuer: 'ledger:test',
    unanswered: new Unanswered(),
    readings: noReadings(),
    logger: createLogger({
      service: 'settlement',
      level: 'warn',
      destination: { write: (line) => void logged.push(line) },
    }),
    recoverSigner: recover,
    ...noCatalogue,
  };
  return { parts, asked, logged };
}

export function requestOf(body: object, fields: Partial<SettlementRequest> = {}): SettlementRequest {
  return {
    caller: { org: ORG, credential: { subject: 'agt_payee', proof: 'proof' } },
    fresh_id: freshId(),
    deadline: Date.now() + 5_000,
    body: JSON.stringify(body),
    ...fields,
  };
}

function payload(chainId: bigint, rail: typeof evm, seconds = 60) {
  const { name: verifyingContract, token } = rail.assets[0]!;
  const authorization = {
    from: PAYER,
    to: PAYEE,
    value: 50_000n,
    validAfter: 0n,
    validBefore: BigInt(Math.floor(Date.now() / 1000) + seconds),
    nonce: `0x${'7'.repeat(64)}`,
  };
  const { name, version } = token!;
  const hash = transferAuthorizationHash({ name, version, chainId, verifyingContract }, authorization);
  const bytes = secp256k1.sign(hash, key, { prehash: false, format: 'recovered' });
  const { value, validAfter, validBefore } = authorization;
  const texts = { value: `${value}`, validAfter: `${validAfter}`, validBefore: `${validBefore}` };
  const signature = `0x${Buffer.from(bytes.subarray(1)).toString('hex')}${(bytes[0]! + 27).toString(16)}`;
  return { signature, authorization: { ...authorization, ...texts } };
}

export function callV2() {
  const accepted = {
    scheme: 'exact',
    network: evm.network,
    amount: '50000',
    asset: evm.assets[0]!.name,
    payTo: PAYEE,
    maxTimeoutSeconds: 60,
    extra: { name: 'Bursar USD', version: '1' },
  };
  const paymentPayload = { x402Version: 2, accepted, payload: payload(1_651_864_179n, evm) };
  return { x402Version: 2, paymentPayload, paymentRequirements: accepted };
}

/** As a client of v1 signs: for the chain that its name of the network stands for. */
export function callV1(chainId = 84_532n) {
  const paymentRequirements = {
    scheme: 'exact',
    network: 'base-sepolia',
    maxAmountRequired: '50000',
    asset: v1.assets[0]!.name,
    payTo: PAYEE,
    resource: 'https://writer.example/page',
    description: '',
    maxTimeoutSeconds: 60,
    extra: { name: 'Bursar USD', version: '1' },
  };
  const paymentPayload = { x402Version: 1, scheme: 'exact', network: 'base-sepolia', payload: payload(chainId, v1) };
  return { x402Version: 1, paymentPayload, paymentRequirements };
}

export function read(answer: SettlementAnswer): { outcome: string; body: Record<string, unknown> } {
  if (answer.kind !== 'done') throw new Error(JSON.stringify(answer));
  return { outcome: answer.outcome, body: JSON.parse(answer.body) as Record<string, unknown> };
}
