/** Holds handlers until a test lets them pass. */
export class Door {
  readonly #waiting = new Set<() => void>();
  #isOpen = false;

  /** How many handlers stand before it. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Resolves when the door opens, or when the handler is aborted. */
  async pass(signal: AbortSignal): Promise<void> {
    if (this.#isOpen) return;
    await new Promise<void>((resolve) => {
      this.#waiting.add(resolve);
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
  }

  /** Lets everyone pass from now on. */
  open(): void {
    this.#isOpen = true;
    this.letPass(Number.POSITIVE_INFINITY);
  }

  /** Lets some of those pass that stand before it. */
  letPass(count: number): void {
    for (const resolve of [...this.#waiting].slice(0, count)) {
      this.#waiting.delete(resolve);
      resolve();
    }
  }
}
