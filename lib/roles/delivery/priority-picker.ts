/**
 * In which order a worker asks its queues, anew for each poll. By weight: every queue comes first
 * as often as its share of the weights, so the lowest is served too. Strict: the heaviest always
 * first.
 */
import { MillraceError } from '../../errors.ts';

/** The queues that there are unless the configuration names others, and their weights. */
export const defaultWeights = Object.freeze({ critical: 6, default: 3, low: 1 });

/** Largest weight (ours): beyond it a queue of weight 1 would starve in all but name. */
export const weightMax = 1_000;

/** Options of {@link PriorityPicker}. */
export interface PriorityPickerOptions {
  /** Queue → weight, a whole number from 1 to {@link weightMax}. @default defaultWeights */
  readonly weights?: Readonly<Record<string, number>>;
  /**
   * Whether a heavier queue is always asked first, so that a lighter one may starve. @default false
   */
  readonly strict?: boolean;
  /** A number in [0, 1). */
  readonly random: () => number;
}

interface WeightedQueue {
  readonly name: string;
  readonly weight: number;
}

/** See this file's head. Throws `INVALID_CONFIGURATION` for weights that are none. */
export class PriorityPicker {
  /** Heaviest first; equal weights in the order given. */
  readonly #queues: readonly WeightedQueue[];
  readonly #strict: boolean;
  readonly #random: () => number;

  constructor(options: PriorityPickerOptions) {
    this.#queues = reduced(checked(options.weights ?? defaultWeights));
    this.#strict = options.strict ?? false;
    this.#random = options.random;
  }

  /** The queues and their weights divided by what they have in common, heaviest first. */
  get weights(): ReadonlyMap<string, number> {
    return new Map(this.#queues.map(({ name, weight }) => [name, weight]));
  }

  /** All queues, most wanted first: a weighted sample without replacement. */
  order(): string[] {
    const left = [...this.#queues];
    if (this.#strict) return left.map(({ name }) => name);
    const order: string[] = [];
    let total = left.reduce((sum, { weight }) => sum + weight, 0);
    while (left.length > 0) {
      const [drawn] = left.splice(indexAt(left, this.#random() * total), 1);
      if (drawn === undefined) break;
      order.push(drawn.name);
      total -= drawn.weight;
    }
    return order;
  }
}

/** Which queue the point falls on when the weights lie side by side. */
function indexAt(queues: readonly WeightedQueue[], point: number): number {
  let end = 0;
  const index = queues.findIndex(({ weight }) => {
    end += weight;
    return point < end;
  });
  return index === -1 ? queues.length - 1 : index;
}

function checked(weights: Readonly<Record<string, number>>): WeightedQueue[] {
  const queues = Object.entries(weights).map(([name, weight]) => ({ name, weight }));
  if (queues.length === 0) throw invalid('queues must name at least one queue, found none');
  for (const { name, weight } of queues) {
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(name)) {
      throw invalid(`a queue's name is 1–80 of A–Z a–z 0–9 _ -, found ${JSON.stringify(name)}`);
    }
    if (!Number.isInteger(weight) || weight < 1 || weight > weightMax) {
      throw invalid(
        `the weight of the queue '${name}' must be a whole number from 1 to ${weightMax}, ` +
          `found ${JSON.stringify(weight)}; leave a queue out that is not to be served`,
      );
    }
  }
  return queues.sort((one, other) => other.weight - one.weight);
}

function reduced(queues: readonly WeightedQueue[]): WeightedQueue[] {
  const divisor = queues.reduce((common, { weight }) => commonDivisor(common, weight), 0);
  return queues.map(({ name, weight }) => ({ name, weight: weight / divisor }));
}

function commonDivisor(one: number, other: number): number {
  return other === 0 ? one : commonDivisor(other, one % other);
}

function invalid(message: string): MillraceError {
  return new MillraceError('INVALID_CONFIGURATION', message);
}
