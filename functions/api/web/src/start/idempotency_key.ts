/**
 * One request to start an analysis. Its `Idempotency-Key` stays the same until the server accepts or rejects the
 * request, so that a second click, or a retry after a lost response, returns the same job.
 */
export class IdempotencyKey {
  private wish: { of: string; key: string } | null = null;

  /** Return the key for `request`; a different request gets a new key. */
  for(request: object): string {
    const of = JSON.stringify(request);
    if (this.wish?.of !== of) this.wish = { of, key: crypto.randomUUID() };
    return this.wish.key;
  }

  /** The server has responded: the next request gets a new key. */
  settle(): void {
    this.wish = null;
  }
}
