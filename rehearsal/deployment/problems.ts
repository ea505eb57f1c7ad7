/** The kind of a problem. A step that injects faults tolerates problems by kind. */
export type ProblemKind =
  /** A permission is missing. */
  | 'denied'
  /** The AWS proxy does not know the operation or the caller. */
  | 'refused'
  /** An invocation failed. */
  | 'function'
  /** An event source mapping, a schedule or a rule did not do its work. */
  | 'source';

/** A problem that shows while a rehearsal runs. */
export interface RehearsalProblem {
  readonly kind: ProblemKind;
  /** The id of the resource that has the problem. */
  readonly resource: string;
  /** One sentence. */
  readonly message: string;
}

/**
 * Collects the problems of a rehearsal in order, and counts repetitions. A step that waits for
 * something listens here, so that it fails at the first problem instead of at its timeout.
 */
export class Problems {
  readonly #seen = new Map<string, { readonly problem: RehearsalProblem; count: number }>();
  readonly #tolerated = new Map<ProblemKind, number>();
  readonly #listeners = new Set<(problem: RehearsalProblem) => void>();

  /** Adds a problem, unless its kind is tolerated at the moment. */
  add(problem: RehearsalProblem): void {
    if ((this.#tolerated.get(problem.kind) ?? 0) > 0) return;
    const key = `${problem.resource} ${problem.message}`;
    const seen = this.#seen.get(key);
    if (seen !== undefined) {
      seen.count += 1;
      return;
    }
    this.#seen.set(key, { problem, count: 1 });
    for (const listener of this.#listeners) listener(problem);
  }

  /** All problems in order, one sentence each. */
  get messages(): string[] {
    return [...this.#seen.values()].map(({ problem, count }) => {
      const times = count > 1 ? ` (${count} times)` : '';
      return `${problem.resource}: ${problem.message}${times}`;
    });
  }

  /** Calls `listener` with each new problem. Returns a function that removes the listener. */
  listen(listener: (problem: RehearsalProblem) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Runs `work`, ignoring problems of these kinds until it ends. */
  async tolerating<Result>(
    kinds: readonly ProblemKind[],
    work: () => Promise<Result>,
  ): Promise<Result> {
    const change = (by: number) => {
      for (const kind of kinds) this.#tolerated.set(kind, (this.#tolerated.get(kind) ?? 0) + by);
    };
    change(1);
    try {
      return await work();
    } finally {
      change(-1);
    }
  }
}
