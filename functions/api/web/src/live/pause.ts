/** Delays that can be interrupted. */
export class Pause {
  private wake: () => void = () => undefined;
  private isDue = false;

  /** Wait for `ms`, or until `end`. Resolves immediately if `end` was called since the last wait. */
  async until(ms: number): Promise<void> {
    if (!this.isDue) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      await new Promise<void>((resolve) => {
        this.wake = resolve;
        if (Number.isFinite(ms)) timer = setTimeout(resolve, ms);
      });
      clearTimeout(timer);
    }
    this.isDue = false;
    this.wake = () => undefined;
  }

  end(): void {
    this.isDue = true;
    this.wake();
  }
}
