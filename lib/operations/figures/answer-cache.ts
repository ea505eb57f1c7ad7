import type { Clock } from '../../ports/clock.ts';

/** Maximum number of answers; the oldest is dropped first. */
const answersMax = 100;

/**
 * Keeps answers for a short time, so that any number of pages that show the same cost one read. A
 * read that failed is not kept.
 */
export class AnswerCache {
  readonly #clock: Pick<Clock, 'monotonicMs'>;
  readonly #keptMs: number;
  readonly #answers = new Map<
    string,
    { readonly atMs: number; readonly answer: Promise<unknown> }
  >();

  /** @param keptMs how long an answer is kept, in milliseconds; 0 keeps none */
  constructor(clock: Pick<Clock, 'monotonicMs'>, keptMs: number) {
    this.#clock = clock;
    this.#keptMs = keptMs;
  }

  /** Returns the answer to `question`: the kept one, or what `read` returns. */
  get<Answer>(question: string, read: () => Promise<Answer>): Promise<Answer> {
    const kept = this.#answers.get(question);
    if (kept !== undefined && this.#clock.monotonicMs() - kept.atMs < this.#keptMs) {
      return kept.answer as Promise<Answer>;
    }
    const answer = read();
    this.#keep(question, answer);
    return answer;
  }

  #keep(question: string, answer: Promise<unknown>): void {
    if (this.#keptMs <= 0) return;
    this.#answers.delete(question);
    const entry = { atMs: this.#clock.monotonicMs(), answer };
    this.#answers.set(question, entry);
    answer.catch(() => {
      if (this.#answers.get(question) === entry) this.#answers.delete(question);
    });
    const [oldest] = this.#answers.keys();
    if (this.#answers.size > answersMax && oldest !== undefined) this.#answers.delete(oldest);
  }
}
