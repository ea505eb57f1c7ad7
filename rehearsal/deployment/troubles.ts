/**
 * What goes wrong while a rehearsal runs, in order, each kind of thing once. Whoever waits for
 * something learns of a trouble at once, instead of waiting in vain.
 */

/** What kind of thing went wrong: faults that a step makes itself are tolerated by kind. */
export type TroubleKind =
  /** A permission is missing. */
  | 'denied'
  /** The gate does not know what was called, or by whom. */
  | 'refused'
  /** An invocation failed. */
  | 'function'
  /** A mapping, a schedule or a rule does not do its work. */
  | 'source'
  /** A log line is what none may be. */
  | 'log';

/** One trouble. */
export interface Trouble {
  readonly kind: TroubleKind;
  /** The id of the resource that has it. */
  readonly resource: string;
  readonly sentence: string;
}

/** See this file's head. */
export class Troubles {
  readonly #seen = new Map<string, { readonly trouble: Trouble; count: number }>();
  readonly #tolerated = new Map<TroubleKind, number>();
  readonly #listeners = new Set<(trouble: Trouble) => void>();

  /** Takes one in; nothing when its kind is tolerated now. */
  add(trouble: Trouble): void {
    if ((this.#tolerated.get(trouble.kind) ?? 0) > 0) return;
    const key = `${trouble.resource} ${trouble.sentence}`;
    const seen = this.#seen.get(key);
    if (seen !== undefined) {
      seen.count += 1;
      return;
    }
    this.#seen.set(key, { trouble, count: 1 });
    for (const listener of this.#listeners) listener(trouble);
  }

  /** All of them, in order, as sentences. */
  get sentences(): string[] {
    return [...this.#seen.values()].map(({ trouble, count }) => {
      const times = count > 1 ? ` (${count} times)` : '';
      return `${trouble.resource}: ${trouble.sentence}${times}`;
    });
  }

  get count(): number {
    return this.#seen.size;
  }

  /** Calls `listener` with each new one; the function returned ends that. */
  listen(listener: (trouble: Trouble) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Runs `work`, and takes in none of `kinds` meanwhile. */
  async tolerating<Result>(
    kinds: readonly TroubleKind[],
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
