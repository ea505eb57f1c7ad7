/** The alert rules of Prometheus, from the list of metrics. */
import { stringify } from 'yaml';
import type { AlertCondition, MetricAlert } from '../../lib/ports/metrics/metric-definition.ts';
import { metricEntries } from '../../lib/ports/metrics/metric-list.ts';
import { alertExpression } from './expressions.ts';

/** The job of Prometheus that scrapes Millrace. */
export const scrapeJob = 'millrace';

/** One rule, as Prometheus reads it. */
export interface AlertRule {
  readonly alert: string;
  readonly expr: string;
  readonly for: string;
  readonly labels: { readonly severity: string };
  readonly annotations: { readonly summary: string; readonly action: string };
}

const head = `# Alert rules for Prometheus. Generated from the list of metrics: npm run monitoring writes them.
# promtool check rules monitoring/alerts.yml checks them, and alerts.test.yml has their tests.
`;

/** Returns every rule: one for each alert of the list, and one for a process that is not there. */
export function listAlertRules(): AlertRule[] {
  const own = metricEntries.flatMap(([, definition]) =>
    (definition.alerts ?? []).map((alert) => toRule(alertExpression(definition, alert), alert)),
  );
  return [
    {
      alert: 'MillraceDown',
      expr: `up{job="${scrapeJob}"} == 0`,
      for: '2m',
      labels: { severity: 'critical' },
      annotations: {
        summary: 'Millrace: {{ $labels.instance }} does not answer',
        action: 'Check that the process runs, and that Prometheus has its METRICS_TOKEN.',
      },
    },
    ...own,
  ];
}

/** Generates monitoring/alerts.yml. */
export function alertRules(): string {
  const groups = [{ name: 'millrace', rules: listAlertRules() }];
  return head + stringify({ groups }, { lineWidth: 0 });
}

function toRule(expr: string, alert: MetricAlert): AlertRule {
  const { name, severity, forMinutes, summary, action, condition } = alert;
  const text = summary.replaceAll(/\{(\w+)\}/g, (_, label: string) =>
    label === 'value' ? formatOf(condition) : `{{ $labels.${label} }}`,
  );
  return {
    alert: name,
    expr,
    for: `${forMinutes}m`,
    labels: { severity },
    annotations: { summary: `Millrace: ${text}`, action },
  };
}

/** Returns the template of the measured value. */
function formatOf({ kind }: AlertCondition): string {
  if (kind === 'share' || kind === 'ratio') return '{{ $value | humanizePercentage }}';
  if (kind === 'quantile') return '{{ $value | humanize }}';
  return '{{ printf "%.0f" $value }}';
}
