/** Expressions of PromQL over the metrics of Millrace. */
import type {
  MetricAlert,
  MetricDefinition,
  MetricPanel,
} from '../../lib/ports/metrics/metric-definition.ts';
import { type MetricKey, metricList } from '../../lib/ports/metrics/metric-list.ts';

/** Returns the condition of an alert as an expression. */
export function alertExpression({ name }: MetricDefinition, alert: MetricAlert): string {
  const { condition, by } = alert;
  const { kind } = condition;
  const series = `${name}${selector(alert)}`;
  switch (kind) {
    case 'above':
      return `${aggregate('max', by, series)} > ${condition.above}`;
    case 'increase': {
      const { minutes, above } = condition;
      return `${aggregate('sum', by, `increase(${series}[${minutes}m])`)} > ${above}`;
    }
    case 'share': {
      const { minutes, above, of, atLeast } = condition;
      const whole = nameOf(of);
      const rate = (metric: string) => `sum(rate(${metric}[${minutes}m]))`;
      const enough = `sum(increase(${whole}[${minutes}m])) >= ${atLeast}`;
      return `${rate(series)} / ${rate(whole)} > ${above} and ${enough}`;
    }
    case 'ratio':
      return `${aggregate('sum', by, series)} / ${aggregate('sum', by, nameOf(condition.of))} > ${condition.above}`;
    case 'quantile': {
      const { quantile, minutes, above } = condition;
      return `${quantileOf(quantile, name, by, `${minutes}m`)} > ${above}`;
    }
    case 'age':
      return `time() - ${aggregate('max', by, series)} > ${condition.above}`;
    case 'absent':
      return `absent(${series})`;
  }
}

/** A line of a panel: its expression and its legend. */
export interface PanelTarget {
  readonly expression: string;
  readonly legend: string;
}

/** The interval of rates in a panel: Grafana fits it to the width of the panel. */
const panelInterval = '$__rate_interval';

/** Returns what a panel shows of a metric. */
export function panelTargets(
  { name, type, labels }: MetricDefinition,
  { by = [], title }: MetricPanel,
): PanelTarget[] {
  const legend = by.length === 0 ? title : by.map((label) => `{{${label}}}`).join(' ');
  if (type === 'counter') {
    const rate = `rate(${name}[${panelInterval}])`;
    return [{ expression: aggregate('sum', by, rate), legend }];
  }
  if (type === 'gauge') {
    // Every leader reports the same queues: a sum would count them twice.
    const isUnique = by.includes('instance') || Object.keys(labels).length === 0;
    return [{ expression: aggregate(isUnique ? 'sum' : 'max', by, name), legend }];
  }
  const quantiles = by.length === 0 ? [0.5, 0.95, 0.99] : [0.5, 0.95];
  return quantiles.map((quantile) => ({
    expression: quantileOf(quantile, name, by, panelInterval),
    legend: by.length === 0 ? `p${quantile * 100}` : `p${quantile * 100} ${legend}`,
  }));
}

function quantileOf(
  quantile: number,
  name: string,
  by: readonly string[],
  interval: string,
): string {
  const buckets = aggregate('sum', ['le', ...by], `rate(${name}_bucket[${interval}])`);
  return `histogram_quantile(${quantile}, ${buckets})`;
}

function aggregate(operator: string, by: readonly string[], series: string): string {
  return by.length === 0
    ? `${operator}(${series})`
    : `${operator} by (${by.join(', ')}) (${series})`;
}

function selector({ where = {}, except = {} }: MetricAlert): string {
  const matchers = [
    ...Object.entries(where).map(([label, value]) => `${label}="${value}"`),
    ...Object.entries(except).map(([label, value]) => `${label}!="${value}"`),
  ];
  return matchers.length === 0 ? '' : `{${matchers.join(',')}}`;
}

function nameOf(key: string): string {
  return metricList[key as MetricKey].name;
}
