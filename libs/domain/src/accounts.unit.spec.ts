import { describe, expect, it } from '@jest/globals';
import {
  agentWallet,
  clearingWallet,
  externalWallet,
  isNamedWallet,
  mayBeNegative,
  mayFundSessions,
  namedWallet,
  serviceWallet,
  treasuryWallet,
  walletKind,
  walletName,
  walletOfPayee,
  walletOwner,
} from './accounts.js';
import { approvalOfPayment, paymentOfApproval } from './approvals.js';

const HEX = '0'.repeat(31);
const ORG = `org_${HEX}1`;
const AGENT = `agt_${HEX}2`;

describe('Wallets', () => {
  it.each([
    {
      id: treasuryWallet(ORG, 'USD'),
      is: `wal_${HEX}1_usd`,
      kind: 'treasury',
      owner: { kind: 'organization', id: ORG },
      funds: true,
      negative: false,
    },
    {
      id: agentWallet(AGENT, 'JPY'),
      is: `wal_${HEX}2_jpy`,
      kind: 'agent',
      owner: { kind: 'agent', id: AGENT },
      funds: true,
      negative: false,
    },
    {
      id: serviceWallet('a:b', 'USD'),
      is: 'service:a:b:USD',
      kind: 'service',
      owner: { kind: 'service', id: 'a:b' },
      funds: false,
      negative: false,
    },
    {
      id: namedWallet('escrow', 'deal:7', 'USD'),
      is: 'escrow:deal:7:USD',
      kind: 'escrow',
      owner: { kind: 'organization', id: ORG },
      name: 'deal:7',
      funds: true,
      negative: false,
    },
    {
      id: namedWallet('fees', 'all', 'USD'),
      is: 'fees:all:USD',
      kind: 'fees',
      owner: { kind: 'organization', id: ORG },
      name: 'all',
      funds: true,
      negative: false,
    },
    {
      id: externalWallet('USD'),
      is: 'external:USD',
      kind: 'external',
      owner: { kind: 'external', id: 'external' },
      funds: false,
      negative: true,
    },
    {
      id: clearingWallet('out', 'USD'),
      is: 'clearing:out:USD',
      kind: 'clearing',
      owner: { kind: 'clearing', id: 'out' },
      funds: false,
      negative: true,
    },
  ])('D1 $is says whose it is, and what it may be used for', ({ id, is, kind, owner, name, funds, negative }) => {
    expect(id).toBe(is);
    expect([walletKind(id, ORG), walletOwner(id, ORG)]).toEqual([kind, owner]);
    expect([walletName(id), isNamedWallet(id)]).toEqual([name, name !== undefined]);
    expect([mayFundSessions(id), mayBeNegative(id)]).toEqual([funds, negative]);
  });

  it('D1 whoever is paid has one wallet per asset, and who is in another org is paid by way of clearing', () => {
    expect(walletOfPayee({ service: 'search' }, 'USD')).toBe('service:search:USD');
    expect(walletOfPayee({ agent_id: AGENT, handle: 'x' }, 'USD')).toBe(`wal_${HEX}2_usd`);
    expect(walletOfPayee({ payee_org: ORG, handle: 'x' }, 'USD')).toBe('clearing:out:USD');
  });

  it('C1 a payment and its approval name each other', () => {
    expect(approvalOfPayment(`pay_${HEX}3`)).toBe(`apr_${HEX}3`);
    expect(paymentOfApproval(`apr_${HEX}3`)).toBe(`pay_${HEX}3`);
  });
});
