/** What a {@link RunQueue} is constructed from. */
export interface RunQueueOptions {
  /** Runs one execution to its end. */
  readonly run: (executionId: string) => Promise<void>;
  /** Maximum number of executions that run at once. Minimum 1. */
  readonly concurrency: number;
  /** Called when the last execution has ended, and at the first failure. */
  readonly onIdle: () => void;
}

/** Runs executions in the order in which they were added, a limited number at once. */
export class RunQueue {
  readonly #options: RunQueueOptions;
  readonly #waiting: string[] = [];
  /** Ids of those that wait or run. */
  readonly #ids = new Set<string>();
  #running = 0;
  #failure: { readonly reason: unknown } | null = null;

  constructor(options: RunQueueOptions) {
    this.#options = options;
  }

  /** Whether everything that was added has ended. */
  get isIdle(): boolean {
    return this.#ids.size === 0;
  }

  /** Whether the execution waits or runs. */
  has(executionId: string): boolean {
    return this.#ids.has(executionId);
  }

  add(executionId: string): void {
    this.#ids.add(executionId);
    this.#waiting.push(executionId);
    if (this.#running < this.#options.concurrency) void this.#work();
  }

  /** Throws the first failure of a run; nothing is started after it. */
  throwFailure(): void {
    if (this.#failure !== null) throw this.#failure.reason;
  }

  async #work(): Promise<void> {
    this.#running += 1;
    for (let id = this.#next(); id !== undefined; id = this.#next()) {
      try {
        await this.#options.run(id);
      } catch (reason) {
        this.#failure ??= { reason };
      }
      this.#ids.delete(id);
    }
    this.#running -= 1;
    if (this.isIdle || this.#failure !== null) this.#options.onIdle();
  }

  #next(): string | undefined {
    return this.#failure === null ? this.#waiting.shift() : undefined;
  }
}
