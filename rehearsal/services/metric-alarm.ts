/** Decides when alarms on what functions count go off. */
import type { JsonObject } from '../../lib/asl/json/json.ts';
import { MillraceError } from '../../lib/errors.ts';

/** Comparisons of CloudWatch that alarms of counters use. */
const comparisons: ReadonlyMap<string, (value: number, threshold: number) => boolean> = new Map([
  ['GreaterThanThreshold', (value, threshold) => value > threshold],
  ['GreaterThanOrEqualToThreshold', (value, threshold) => value >= threshold],
]);

/**
 * Whether an alarm on a counter of a function goes off in a period.
 * @param counts what has happened in the period, by the name of the metric
 */
export function isAlarming(alarm: JsonObject, counts: Readonly<Record<string, number>>): boolean {
  const { Namespace, MetricName, Statistic, ComparisonOperator, Threshold } = alarm;
  const compare = comparisons.get(String(ComparisonOperator));
  const name = String(MetricName);
  const isKnown = Namespace === 'AWS/Lambda' && Object.hasOwn(counts, name);
  if (!isKnown || Statistic !== 'Sum' || compare === undefined) {
    throw new MillraceError(
      'INVALID_CONFIGURATION',
      `an alarm on ${Statistic} of ${Namespace}/${name} cannot be rehearsed`,
    );
  }
  return compare(counts[name] ?? 0, Number(Threshold));
}
