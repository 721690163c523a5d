import type { BusConnection } from '#bus';
import { Signal } from './signal.js';
import type { Wakeups } from './wakeups.js';

type Subscription = ReturnType<BusConnection['subscribe']>;

/**
 * Hints from the bus: the owners' relays publish every event there. Each subscription ends with its first message, so that
 * ten thousand events a second cost this process as many messages as it takes looks, and not ten thousand.
 */
export class BusWakeups implements Wakeups {
  private readonly signal = new Signal();
  private subscription: Subscription | undefined;

  constructor(
    private readonly connection: BusConnection,
    private readonly subject = 'events.>',
  ) {}

  arm(): void {
    this.signal.lower();
    if (this.subscription || this.connection.isClosed()) return;
    this.subscription = this.connection.subscribe(this.subject, {
      max: 1,
      callback: () => {
        this.subscription = undefined;
        this.signal.raise();
      },
    });
  }

  heard(): boolean {
    return this.signal.isRaised;
  }

  wait(milliseconds: number): Promise<void> {
    return this.signal.wait(milliseconds);
  }

  close(): void {
    this.subscription?.unsubscribe();
    this.subscription = undefined;
    this.signal.raise();
  }
}
