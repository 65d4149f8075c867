/**
 * One wish to start an analysis: its `Idempotency-Key` stays the same until the server has said yes or no, so that a
 * second click, or the same request sent again after a lost answer, names the same job.
 */
export class Intent {
  private wish: { of: string; key: string } | null = null;

  /** The key of a wish for `request`; a request that is another one is another wish. */
  key(request: object): string {
    const of = JSON.stringify(request);
    if (this.wish?.of !== of) this.wish = { of, key: crypto.randomUUID() };
    return this.wish.key;
  }

  /** The server has answered: the next wish is a new one. */
  settle(): void {
    this.wish = null;
  }
}
