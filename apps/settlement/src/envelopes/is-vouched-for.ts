import { assertAuthCallout, AuthCalloutMissing } from '#bus';
import type { Logger } from '#observability';

/** How long until the server is asked again where it could not be reached. */
const AGAIN_AFTER_MS = 1_000;

/**
 * Whether the nats-server asks the services who connects. Without that anybody could publish anybody's envelopes, so none is taken
 * (D16). While the server cannot be asked nothing is known, and envelopes wait.
 */
export async function isVouchedFor(url: string, logger: Logger): Promise<boolean> {
  for (;;) {
    try {
      await assertAuthCallout(url);
      return true;
    } catch (error) {
      if (error instanceof AuthCalloutMissing) {
        logger.error({ err: error }, 'envelopes on the bus are refused; calls over HTTP are not concerned');
        return false;
      }
      logger.warn({ err: error }, 'The nats-server cannot be asked who it lets in');
      await new Promise((resolve) => setTimeout(resolve, AGAIN_AFTER_MS).unref());
    }
  }
}
