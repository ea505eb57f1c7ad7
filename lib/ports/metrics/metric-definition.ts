/** What a metric is, and what is derived from it: names, documentation, panels and alerts. */

/** The values of a label: all of them, or the maximum number of different ones. */
export type LabelValues = readonly string[] | number;

/** The rows of the Grafana dashboard, from top to bottom. */
export const dashboardRows = Object.freeze([
  'Flow',
  'Queues',
  'Batches',
  'Workers',
  'Store',
  'API',
  'Process',
] as const);

/** A panel of the Grafana dashboard: a counter's rate, a gauge's value, a histogram's quantiles. */
export interface MetricPanel {
  readonly row: (typeof dashboardRows)[number];
  readonly title: string;
  /** The labels that a line stands for. @default one line for everything */
  readonly by?: readonly string[];
}

/** The condition of an alert. */
export type AlertCondition =
  /** A gauge above `above`. */
  | { readonly kind: 'above'; readonly above: number }
  /** A counter that grew by more than `above` in `minutes`. */
  | { readonly kind: 'increase'; readonly above: number; readonly minutes: number }
  /**
   * A counter's share of another counter above `above` in `minutes`, over all series, once the
   * other has grown by `atLeast`.
   */
  | {
      readonly kind: 'share';
      readonly of: string;
      readonly above: number;
      readonly atLeast: number;
      readonly minutes: number;
    }
  /** A gauge's share of another gauge of the same process above `above`. */
  | { readonly kind: 'ratio'; readonly of: string; readonly above: number }
  /** The quantile of a histogram above `above` in `minutes`. */
  | {
      readonly kind: 'quantile';
      readonly quantile: number;
      readonly above: number;
      readonly minutes: number;
    }
  /** A gauge that holds a time which lies more than `above` seconds in the past. */
  | { readonly kind: 'age'; readonly above: number }
  /** No process reports the metric. */
  | { readonly kind: 'absent' };

/** An alert on one metric. */
export interface MetricAlert {
  readonly name: `Millrace${string}`;
  readonly severity: 'warning' | 'critical';
  readonly condition: AlertCondition;
  /** Only series with these values of labels. @default all */
  readonly where?: Readonly<Record<string, string>>;
  /** Only series without these values of labels. @default all */
  readonly except?: Readonly<Record<string, string>>;
  /** The labels that an alert is about; each combination of values alerts on its own. */
  readonly by: readonly string[];
  /** How long the condition must hold, in minutes. */
  readonly forMinutes: number;
  /** What has happened, with `{label}` for the value of a label and `{value}` for the measured. */
  readonly summary: string;
  /** What to check or do. */
  readonly action: string;
}

/** One metric of Millrace. */
export interface MetricDefinition {
  /** The name in Prometheus and in CloudWatch, with the unit as Prometheus spells it. */
  readonly name: `millrace_${string}`;
  readonly type: 'counter' | 'gauge' | 'histogram';
  /** The unit of its values. */
  readonly unit: 'seconds' | 'bytes' | 'ratio' | 'none';
  /** What it measures: one sentence. */
  readonly help: string;
  /** The labels, each with its values: no label is unbounded. */
  readonly labels: Readonly<Record<string, LabelValues>>;
  /** The upper bounds of a histogram's buckets, ascending. */
  readonly buckets?: readonly number[];
  /** How long a gauge's value is reported after it was set, in milliseconds. @default forever */
  readonly maxAgeMs?: number;
  /**
   * The labels that are dimensions in CloudWatch, which charges for each combination; values are
   * summed over the others. Absent for a metric that is not sent there.
   */
  readonly dimensions?: readonly string[];
  readonly panel?: MetricPanel;
  readonly alerts?: readonly MetricAlert[];
}
