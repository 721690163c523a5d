export type Protocol = 'direct' | 'x402' | 'acp' | 'ap2';

/** Who is paid; the wallet follows from it, as `walletOfPayee` says. */
export type Payee = { agent_id: string; handle: string } | { service: string };
