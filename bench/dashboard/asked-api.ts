/** Asks a served API, and measures how long the answers take. */
import type { Question } from './questions.ts';

/** How long the answers to a question took, in milliseconds. */
export interface AskedQuestion {
  readonly question: Question;
  /** How often it was asked. */
  readonly rounds: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Time after which no further round begins, in milliseconds, once there were {@link roundsMin}. */
const askingMsMax = 900_000;

const roundsMin = 5;

/**
 * Asks all questions in turns, one at a time; those without a bound only once. Throws when an
 * answer is a failure.
 */
export async function askInTurns(
  url: string,
  questions: readonly Question[],
  rounds: number,
): Promise<AskedQuestion[]> {
  const took = questions.map((): number[] => []);
  const until = performance.now() + askingMsMax;
  for (let round = 0; round < rounds; round += 1) {
    if (round >= roundsMin && performance.now() > until) break;
    for (const [index, question] of questions.entries()) {
      if (question.isBounded === false && round > 0) continue;
      const startedAt = performance.now();
      await ask(url, question);
      took[index]?.push(performance.now() - startedAt);
    }
  }
  return questions.map((question, index) => {
    const sorted = (took[index] ?? []).sort((a, b) => a - b);
    return {
      question,
      rounds: sorted.length,
      p50: percentile(sorted, 0.5),
      p95: percentile(sorted, 0.95),
      p99: percentile(sorted, 0.99),
      max: percentile(sorted, 1),
    };
  });
}

/** Asks one question, and reads the answer. */
export async function ask(url: string, { path, body }: Question): Promise<unknown> {
  const response = await fetch(new URL(path, url), {
    ...(body !== undefined && {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    }),
  });
  const text = await response.text();
  if (response.ok) return text.startsWith('{') ? JSON.parse(text) : text;
  throw new Error(`${path}: ${response.status} ${text.slice(0, 500)}`);
}

/** The smallest value that at least this share of the values does not exceed. */
function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? Number.NaN;
}
