/** What was seen of each resource: who did what with it, and how often. */

/** See this file's head. */
export class Evidence {
  readonly #seen = new Map<string, Map<string, number>>();

  /** Notes that `what` happened to a resource. */
  note(resource: string, what: string, times = 1): void {
    const seen = this.#seen.get(resource) ?? new Map<string, number>();
    seen.set(what, (seen.get(what) ?? 0) + times);
    this.#seen.set(resource, seen);
  }

  /** What was seen of it, the most frequent first; none when nothing was. */
  of(resource: string): string[] {
    const seen = [...(this.#seen.get(resource) ?? [])].sort(([, a], [, b]) => b - a);
    return seen.map(([what, count]) => (count === 1 ? what : `${what} × ${count}`));
  }

  has(resource: string): boolean {
    return this.#seen.has(resource);
  }
}
