/** Counts the invocations of all functions of an account, which it may run only so many of. */
export class AccountConcurrency {
  readonly quota: number;
  #running = 0;
  #peak = 0;
  #throttled = 0;

  constructor(quota: number) {
    this.quota = quota;
  }

  /** The largest number of invocations at once. */
  get peak(): number {
    return this.#peak;
  }

  /** How many invocations the quota has refused. */
  get throttled(): number {
    return this.#throttled;
  }

  /** Takes one of the account's invocations; false when all are in use. */
  take(): boolean {
    if (this.#running >= this.quota) {
      this.#throttled += 1;
      return false;
    }
    this.#running += 1;
    this.#peak = Math.max(this.#peak, this.#running);
    return true;
  }

  /** Gives an invocation back. */
  release(): void {
    this.#running -= 1;
  }
}
