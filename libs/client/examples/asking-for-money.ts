import { BursarBus, BursarClient } from '#client';

interface Options {
  url: string;
  natsUrl: string;
  /** The tokens of the agent that asks and of the one that is asked. */
  writer: string;
  planner: string;
}

/** An agent hears on its feed that it is asked for money, and pays by an intent on the bus. */
export async function askAndPay(options: Options): Promise<string> {
  const bus = await BursarBus.connect({ url: options.natsUrl, token: options.planner });
  let heard: (requestId: string) => void;
  const asked = new Promise<string>((resolve) => (heard = resolve));
  await bus.follow(undefined, ({ type, event }) => {
    if (type === 'request.opened') heard(String(event['request_id']));
  });

  const writer = new BursarClient({ url: options.url, token: options.writer });
  await writer.paymentRequests.open({ payer: 'planner', amount: '0.40', memo: 'summary of three papers' });

  // What the request asks for, and its id: the payment and the request's end are one decision.
  const request_id = await asked;
  const { payee, amount } = await new BursarClient({ url: options.url, token: options.planner }).paymentRequests.get(
    request_id,
  );
  const answer = await bus.publish({ payee: payee.handle, amount, capture: true, request_id });
  await bus.close();
  return answer.status;
}
