/** Labels of one measurement: few and of low cardinality (a queue, a role), never an id. */
export type Labels = Readonly<Record<string, string>>;

/** Counters and measurements by name. */
export interface Metrics {
  /** Adds to a counter. @param by at least 0, default 1 */
  count(name: string, by?: number, labels?: Labels): void;
  /** Sets a value that goes up and down. */
  gauge(name: string, value: number, labels?: Labels): void;
  /** Records one measurement of a distribution (milliseconds when the name ends in `Ms`). */
  observe(name: string, value: number, labels?: Labels): void;
}
