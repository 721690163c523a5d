/** A hint that somebody may wait for: `raise` ends the wait, also one that begins later. */
export class Signal {
  private raised = false;
  private waiting: (() => void) | undefined;

  get isRaised(): boolean {
    return this.raised;
  }

  lower(): void {
    this.raised = false;
  }

  raise(): void {
    this.raised = true;
    this.waiting?.();
  }

  async wait(milliseconds: number): Promise<void> {
    if (this.raised) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, milliseconds);
      this.waiting = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.waiting = undefined;
  }
}
