/** What the holder of an address's key signs by `personal_sign`. It names all that it is good for, so that it is good for nothing else. */
export function addressText(named: {
  deployment: string;
  org: string;
  agent_id: string;
  address: string;
  /** As the holder wrote it: until then the signature can be used. */
  expires?: string | undefined;
}): string {
  const { deployment, org, agent_id, address, expires } = named;
  return [
    'I hold the key of this address and give it to an agent of Bursar: what the key signs is paid out of what the agent may spend, and what is paid to the address is paid to the agent.',
    '',
    `Deployment: ${deployment}`,
    `Organization: ${org}`,
    `Agent: ${agent_id}`,
    `Address: ${address}`,
    ...(expires === undefined ? [] : [`Expires: ${expires}`]),
  ].join('\n');
}
