/** Counts what happened to each resource: who used it, in which way, and how often. */
export class Coverage {
  readonly #seen = new Map<string, Map<string, number>>();

  /** Records that something happened to a resource. */
  record(resource: string, what: string, times = 1): void {
    const seen = this.#seen.get(resource) ?? new Map<string, number>();
    seen.set(what, (seen.get(what) ?? 0) + times);
    this.#seen.set(resource, seen);
  }

  /** Describes what happened to a resource, most frequent first; empty when nothing did. */
  describe(resource: string): string[] {
    const seen = [...(this.#seen.get(resource) ?? [])].sort(([, a], [, b]) => b - a);
    return seen.map(([what, count]) => (count === 1 ? what : `${what} × ${count}`));
  }
}
