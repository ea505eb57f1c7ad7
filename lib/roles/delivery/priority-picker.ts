/** The order in which a worker polls its queues. */
import { MillraceError } from '../../errors.ts';

/** The default queues and their weights. */
export const defaultWeights = Object.freeze({ critical: 6, default: 3, low: 1 });

/** Maximum weight: next to a larger one a queue of weight 1 would practically starve. */
export const weightMax = 1_000;

/** Options of {@link PriorityPicker}. */
export interface PriorityPickerOptions {
  /** Weights by queue: whole numbers from 1 to {@link weightMax}. @default defaultWeights */
  readonly weights?: Readonly<Record<string, number>>;
  /**
   * Whether the heavier queue always comes first, so that a lighter one may starve. @default false
   */
  readonly strict?: boolean;
  /** Returns a number in [0, 1). */
  readonly random: () => number;
}

interface WeightedQueue {
  readonly name: string;
  readonly weight: number;
}

/**
 * Picks the order of queues for each poll of a worker. By weight: every queue comes first as often
 * as its share of the weights, so that the lightest is served too. Strict: the heaviest queue
 * always comes first. Throws `INVALID_CONFIGURATION` for invalid weights.
 */
export class PriorityPicker {
  /** Heaviest first; equal weights in the order given. */
  readonly #queues: readonly WeightedQueue[];
  readonly #strict: boolean;
  readonly #random: () => number;

  constructor(options: PriorityPickerOptions) {
    this.#queues = reduceWeights(parseWeights(options.weights ?? defaultWeights));
    this.#strict = options.strict ?? false;
    this.#random = options.random;
  }

  /** Weights by queue, divided by their greatest common divisor, heaviest first. */
  get weights(): ReadonlyMap<string, number> {
    return new Map(this.#queues.map(({ name, weight }) => [name, weight]));
  }

  /** Returns all queues in the order to poll them: a weighted sample without replacement. */
  order(): string[] {
    const remaining = [...this.#queues];
    if (this.#strict) return remaining.map(({ name }) => name);
    const order: string[] = [];
    let total = remaining.reduce((sum, { weight }) => sum + weight, 0);
    while (remaining.length > 0) {
      const [drawn] = remaining.splice(findIndexAt(remaining, this.#random() * total), 1);
      if (drawn === undefined) break;
      order.push(drawn.name);
      total -= drawn.weight;
    }
    return order;
  }
}

/** Returns the index of the queue at `point` on a line of all weights, one after the other. */
function findIndexAt(queues: readonly WeightedQueue[], point: number): number {
  let end = 0;
  const index = queues.findIndex(({ weight }) => {
    end += weight;
    return point < end;
  });
  return index === -1 ? queues.length - 1 : index;
}

function parseWeights(weights: Readonly<Record<string, number>>): WeightedQueue[] {
  const queues = Object.entries(weights).map(([name, weight]) => ({ name, weight }));
  if (queues.length === 0) throw invalid('queues must name at least one queue, found none');
  for (const { name, weight } of queues) {
    if (!/^[A-Za-z0-9_-]{1,80}$/.test(name)) {
      throw invalid(`a queue's name is 1–80 of A–Z a–z 0–9 _ -, found ${JSON.stringify(name)}`);
    }
    if (!Number.isInteger(weight) || weight < 1 || weight > weightMax) {
      throw invalid(
        `the weight of the queue '${name}' must be a whole number from 1 to ${weightMax}, ` +
          `found ${JSON.stringify(weight)}; leave out a queue that is not to be served`,
      );
    }
  }
  return queues.sort((one, other) => other.weight - one.weight);
}

function reduceWeights(queues: readonly WeightedQueue[]): WeightedQueue[] {
  const divisor = queues.reduce((common, { weight }) => commonDivisor(common, weight), 0);
  return queues.map(({ name, weight }) => ({ name, weight: weight / divisor }));
}

function commonDivisor(one: number, other: number): number {
  return other === 0 ? one : commonDivisor(other, one % other);
}

function invalid(message: string): MillraceError {
  return new MillraceError('INVALID_CONFIGURATION', message);
}
