import type { Workload } from './workload.js';

export function askForMoney(workload: Workload): void {
  const { random } = workload.surroundings.world;
  const others = workload.all.filter((one) => one !== workload);
  const org = others.length > 0 && random.chance(0.5) ? random.pick(others).org : undefined;
  const payee = random.pick(['alpha', 'beta', 'gamma']);
  const payer = random.pick(['alpha', 'beta', 'gamma'].filter((one) => org !== undefined || one !== payee));
  workload.step('request.open', {
    payee,
    payer: { agent: payer, ...(org === undefined ? {} : { org }) },
    amount: BigInt(random.between(1, 60)),
    asset: 'USD',
    labels: {},
    ...(random.chance(0.3) ? { expires_in_ms: random.between(500, 20_000) } : {}),
  });
}

/** What somebody has asked an agent of this org for; the same request again and again, and now and then the wrong amount. */
export function payRequest(workload: Workload): void {
  const { random } = workload.surroundings.world;
  const asked = workload.all.flatMap((one) =>
    one.known.requests
      .filter(({ payer_org }) => (payer_org ?? one.org) === workload.org)
      .map((request) => ({ request, org: one === workload ? undefined : one.org })),
  );
  if (asked.length === 0) return askForMoney(workload);
  const { request, org } = random.pick(random.chance(0.7) ? asked.slice(-3) : asked);
  const copies = random.chance(0.3) ? random.between(2, 5) : 1;
  for (let copy = 0; copy < copies; copy++) {
    const key = workload.key('pay-request');
    const amount = request.amount + (random.chance(0.1) ? 1 : 0);
    const text = JSON.stringify({
      payee: request.payee,
      ...(org === undefined ? {} : { payee_org: org }),
      amount: `0.0000${amount.toString().padStart(2, '0')}`,
      capture: true,
      request_id: request.id,
      idempotency_key: key,
    });
    const agent = random.chance(0.05) ? 'gamma' : request.payer;
    workload.run({ kind: 'payment', agent, text }, key);
  }
}

export function endRequest(workload: Workload): void {
  const { random } = workload.surroundings.world;
  if (workload.known.requests.length === 0) return askForMoney(workload);
  const { id, payer_org } = random.pick(workload.known.requests);
  const type = payer_org === undefined && random.chance(0.5) ? 'request.decline' : 'request.cancel';
  workload.step(type, { request_id: id });
}
