import { pay } from './payments.js';
import { capture, voidHold, dispatch, extend, resolve, refund } from './holds.js';
import { answerChallenge, redeem } from './challenges.js';
import { settleSigned, changeAddress } from './addresses.js';
import { callService, sayOfCall } from './service-calls.js';
import { topUp, transfer } from './money.js';
import { changeAgent, changeSession, freezeOrUnfreeze, closeToOthers, decideApproval } from './rules.js';
import { askForMoney, payRequest, endRequest } from './payment-requests.js';
import { meddle, giveBackAbroad } from './other-orgs.js';
import { askQuestion } from './questions.js';
import { conflict, again } from './keys-again.js';
import type { Workload } from './workload.js';

/** One more wish, of any kind. */
export function makeWish(workload: Workload): void {
  const { random } = workload.surroundings.world;
  const kinds: [number, () => void][] = [
    [44, () => pay(workload)],
    [13, () => capture(workload)],
    [5, () => voidHold(workload)],
    [7, () => answerChallenge(workload)],
    [11, () => redeem(workload)],
    [9, () => settleSigned(workload)],
    [3, () => changeAddress(workload)],
    [6, () => refund(workload)],
    [4, () => dispatch(workload)],
    [6, () => callService(workload)],
    [6, () => sayOfCall(workload)],
    [3, () => extend(workload)],
    [3, () => resolve(workload)],
    [4, () => topUp(workload)],
    [4, () => transfer(workload)],
    [3, () => changeAgent(workload)],
    [3, () => changeSession(workload)],
    [3, () => freezeOrUnfreeze(workload)],
    [9, () => askQuestion(workload)],
    [3, () => conflict(workload)],
    [3, () => again(workload)],
    [2, () => meddle(workload)],
    [6, () => giveBackAbroad(workload)],
    [1, () => closeToOthers(workload)],
    [5, () => decideApproval(workload)],
    [5, () => askForMoney(workload)],
    [8, () => payRequest(workload)],
    [1, () => endRequest(workload)],
  ];
  let drawn = random.next() * kinds.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, wish] of kinds) {
    drawn -= weight;
    if (drawn < 0) return wish();
  }
}
