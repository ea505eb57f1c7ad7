/** What the random numbers that a definition publishes tell about the task tokens next to them. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { createRandom, deriveSecret } from '../../../lib/engine/random.ts';
import { noAnswer, run, single } from '../../support/run-machine.ts';

interface State {
  a: number;
  b: number;
  c: number;
  counter: number;
}

/** One draw of sfc32, a generator whose state can be computed from its output. */
function drawInvertible(state: State): number {
  const sum = (state.a + state.b + state.counter) | 0;
  const { b, c } = state;
  state.counter = (state.counter + 1) | 0;
  state.a = b ^ (b >>> 9);
  state.b = (c + (c << 3)) | 0;
  state.c = (((c << 21) | (c >>> 11)) + sum) | 0;
  return sum >>> 0;
}

/** Finds the state after six draws; `high` are the upper 12 bits of the guessed word. */
function recover(draws: readonly number[], high: number): State | undefined {
  const [first = 0, second = 0, third = 0] = draws;
  for (let low = 0; low < 2 ** 20; low += 1) {
    const c0 = (high << 20) | low;
    const c1 = (((c0 << 21) | (c0 >>> 11)) + first) | 0;
    const b1 = (c0 + (c0 << 3)) | 0;
    const state: State = {
      a: b1 ^ (b1 >>> 9),
      b: (c1 + (c1 << 3)) | 0,
      c: (((c1 << 21) | (c1 >>> 11)) + second) | 0,
      counter: 0,
    };
    state.counter = (third - state.a - state.b) | 0;
    if (draws.slice(2).every((draw) => drawInvertible(state) === draw)) return state;
  }
  return undefined;
}

const drawsOf = (parameters: Json) => Object(parameters).draws as number[];
const wordsOf = (numbers: readonly number[]) => numbers.map((number) => number * 2 ** 32);

describe('task tokens', () => {
  it('the recovery of a state predicts an invertible generator', () => {
    const state: State = { a: 11, b: 22, c: 33, counter: 44 };
    for (let count = 0; count < 12; count += 1) drawInvertible(state);
    const high = state.c >>> 20;
    const draws = Array.from({ length: 6 }, () => drawInvertible(state));

    const recovered = recover(draws, high);

    expect(recovered).toEqual(state);
  });

  it('the recovery of a state from published random numbers finds nothing', () => {
    const random = createRandom([11, 22, 33, 44]);
    const draws = wordsOf(Array.from({ length: 6 }, random));

    for (const high of [0, 33 >>> 20, 0xfff]) expect(recover(draws, high)).toBeUndefined();
  });

  it('no task token repeats random numbers of its transition, or another token', () => {
    const Resource = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken';
    const ask = {
      StartAt: 'Ask',
      States: {
        Ask: {
          Type: 'Task',
          QueryLanguage: 'JSONata',
          Resource,
          Arguments: { draws: '{% [1..40].$random() %}' },
          End: true,
        },
      },
    };
    const definition = single({ Type: 'Map', ItemProcessor: ask });

    const { calls } = run(definition, {
      input: [1, 2, 3],
      handlers: { [Resource]: () => noAnswer },
    });

    const published = calls.flatMap(({ parameters }) =>
      wordsOf(drawsOf(parameters)).map((word) => word.toString(16).padStart(8, '0')),
    );
    const secrets = calls.map(({ taskToken = '' }) => taskToken.slice(-32));
    expect(published).toHaveLength(120);
    expect(new Set(secrets).size).toBe(3);
    for (const secret of secrets) {
      const words = secret.match(/.{8}/g) ?? [];
      expect(words.filter((word) => published.includes(word))).toEqual([]);
    }
  });

  it('secrets of one seed with different names are independent of one another', () => {
    const secrets = ['a', 'b', 'ab'].map((name) => deriveSecret([1, 2, 3, 4], [name]));

    expect(new Set(secrets).size).toBe(3);
    expect(deriveSecret([1, 2, 3, 4], ['a', 'b'])).not.toBe(deriveSecret([1, 2, 3, 4], ['ab']));
    expect(deriveSecret([1, 2, 3, 4], ['a'])).toMatch(/^[0-9a-f]{32}$/);
  });
});
