import type { LabelValues, MetricDefinition } from '../../lib/ports/metrics/metric-definition.ts';
import { metricEntries } from '../../lib/ports/metrics/metric-list.ts';
import { listAlertRules } from './alert-rules.ts';

const introduction = `# Metrics

How do you watch Millrace with Prometheus and Grafana, or in CloudWatch, and what does each metric mean? This document
is generated from the list of metrics in the code, \`lib/ports/metrics\`: \`npm run monitoring\` writes it, the alert rules
and the Grafana dashboard, and a test compares them.

## Read them

\`\`\`sh
npx millrace worker --metrics-port 9464   # also leader, dev, api and dashboard; METRICS_PORT does the same
curl http://127.0.0.1:9464/metrics
\`\`\`

Metrics are in Prometheus' text format. They are names and numbers, never documents, and reading them costs no call to
the database or the queues: a leader measures those every 10 s, and a value that it could not measure for a minute is
left out instead of repeated. With several leaders each reports the same queues, so take \`max by (queue)\`, not a sum.

Only this machine can read them unless \`--metrics-host\` (\`METRICS_HOST\`) names another address. Then a scraper must
send \`METRICS_TOKEN\`, at least 32 characters, as \`authorization: Bearer …\`; [prometheus.yml](../monitoring/prometheus.yml)
shows how. The servers of \`millrace api\` and of the dashboard have \`/metrics\` too, for callers with the role reader.

A program of your own opens its app with \`measures: true\`; it serves the text \`await app.metrics.read()\` with the type
\`app.metrics.contentType\`.

On AWS the functions write the metrics that have dimensions below to CloudWatch, under the same names.

## Prometheus and Grafana

\`\`\`sh
docker compose -f docker-compose.local.yml --profile monitoring up --detach
\`\`\`

starts both beside the leader and the workers: Grafana at http://127.0.0.1:3000 with the dashboard, Prometheus at
http://127.0.0.1:9090 with the alerts. For servers of your own, \`monitoring/\` has \`prometheus.yml\`, \`alerts.yml\` and
\`grafana/dashboards/millrace.json\`.

## Metrics by name

Labels of a series have few values. A name in _italics_ is bounded by the number behind it: further values count as
\`other\`.
`;

/** Generates docs/metrics.md. */
export function metricsDocument(): string {
  const metrics = metricEntries.map(([, definition]) => [
    `\`${definition.name}\``,
    definition.type,
    labelsText(definition),
    dimensionsText(definition),
    definition.help,
  ]);
  const alerts = listAlertRules().map(({ alert, expr, for: lasting, labels, annotations }) => [
    `\`${alert}\``,
    labels.severity,
    `\`${expr}\`${lasting === '0m' ? '' : ` for ${lasting}`}`,
    annotations.action,
  ]);
  return [
    introduction,
    table(['metric', 'type', 'labels', 'in CloudWatch', 'meaning'], metrics),
    '## Alerts\n',
    'The rules are in `monitoring/alerts.yml`. Change thresholds in a copy of it.\n',
    table(['alert', 'severity', 'condition', 'what to do'], alerts),
  ].join('\n');
}

function labelsText({ labels }: MetricDefinition): string {
  return Object.entries(labels)
    .map(([label, values]) => labelText(label, values))
    .join('; ');
}

function labelText(label: string, values: LabelValues): string {
  return typeof values === 'number'
    ? `_${label}_ (${values})`
    : `${label}: ${values.map((value) => `\`${value}\``).join(', ')}`;
}

function dimensionsText({ dimensions }: MetricDefinition): string {
  if (dimensions === undefined) return 'no';
  return dimensions.length === 0 ? 'yes' : `by ${dimensions.join(' and ')}`;
}

/** Formats a Markdown table whose columns are aligned. */
function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const escaped = rows.map((row) => row.map((cell) => cell.replaceAll('|', '\\|')));
  const widths = header.map((title, column) =>
    Math.max(title.length, ...escaped.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  const rule = widths.map((width) => '-'.repeat(width));
  return `${[line(header), line(rule), ...escaped.map(line)].join('\n')}\n`;
}
