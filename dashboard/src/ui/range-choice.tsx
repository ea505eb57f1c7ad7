/** Chooses how far back charts go; the caller keeps the choice in the address. */
import type { Codec } from '../url-state/codecs.ts';
import { oneOf } from '../url-state/codecs.ts';
import styles from './range-choice.module.css';

/** The ranges, with their length in milliseconds. */
export const ranges = Object.freeze({
  '15m': 15 * 60_000,
  '1h': 3_600_000,
  '6h': 6 * 3_600_000,
  '24h': 24 * 3_600_000,
  '7d': 7 * 24 * 3_600_000,
});

/** The name of a range. */
export type Range = keyof typeof ranges;

const names = Object.keys(ranges) as Range[];

/** The range in the address. */
export const rangeCodec: Codec<Range> = oneOf(names, '1h');

/** A row of the ranges. */
export function RangeChoice({
  range,
  onChoose,
}: {
  readonly range: Range;
  readonly onChoose: (range: Range) => void;
}) {
  return (
    <fieldset className={styles.ranges} aria-label="Time range">
      {names.map((name) => (
        <button
          key={name}
          type="button"
          aria-pressed={name === range}
          onClick={() => onChoose(name)}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}
