import {
  dashboardRows,
  type MetricDefinition,
  type MetricPanel,
} from '../../lib/ports/metrics/metric-definition.ts';
import { metricEntries } from '../../lib/ports/metrics/metric-list.ts';
import { type PanelTarget, panelTargets } from './expressions.ts';

/** Columns of a dashboard of Grafana. */
const columns = 24;
const panelWidth = 8;
const panelHeight = 8;

const datasource = { type: 'prometheus', uid: '$datasource' };

/** Where a panel stands. */
interface Position {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
}

interface ShownMetric {
  readonly definition: MetricDefinition;
  readonly panel: MetricPanel;
}

/** Generates the Grafana dashboard: alerts first, then a panel for each metric that has one. */
export function grafanaDashboard(): string {
  const panels: object[] = [alertPanel({ x: 0, y: 0, w: columns, h: 6 })];
  let y = 6;
  for (const row of dashboardRows) {
    const shown = metricEntries.flatMap(([, definition]) =>
      definition.panel?.row === row ? [{ definition, panel: definition.panel }] : [],
    );
    const gridPos = at(0, y, columns, 1);
    panels.push({ type: 'row', title: row, collapsed: false, gridPos, panels: [] });
    y += 1;
    for (const [index, metric] of shown.entries()) {
      const x = (index * panelWidth) % columns;
      const line = Math.floor((index * panelWidth) / columns);
      panels.push(metricPanel(metric, at(x, y + line * panelHeight, panelWidth, panelHeight)));
    }
    y += Math.ceil((shown.length * panelWidth) / columns) * panelHeight;
  }
  return `${JSON.stringify(dashboardOf(panels), null, 2)}\n`;
}

function dashboardOf(panels: readonly object[]) {
  return {
    uid: 'millrace',
    title: 'Millrace',
    description: 'Generated from the list of metrics: npm run monitoring writes it.',
    tags: ['millrace'],
    annotations: { list: [] },
    schemaVersion: 39,
    version: 1,
    editable: true,
    timezone: 'browser',
    refresh: '30s',
    time: { from: 'now-3h', to: 'now' },
    templating: {
      list: [{ name: 'datasource', label: 'Prometheus', type: 'datasource', query: 'prometheus' }],
    },
    panels: panels.map((panel, index) => ({ id: index + 1, ...panel })),
  };
}

function alertPanel(gridPos: Position): object {
  const expression =
    'max by (alertname, severity) (ALERTS{alertname=~"Millrace.*",alertstate="firing"})';
  return {
    ...seriesPanel('Alerts that fire', gridPos, 'short', [
      { expression, legend: '{{alertname}} ({{severity}})' },
    ]),
    description: 'No line: no alert. docs/metrics.md says what each means.',
  };
}

function metricPanel({ definition, panel }: ShownMetric, gridPos: Position): object {
  return {
    ...seriesPanel(panel.title, gridPos, unitOf(definition), panelTargets(definition, panel)),
    description: `${definition.help} ${definition.name}`,
  };
}

function seriesPanel(
  title: string,
  gridPos: Position,
  unit: string,
  targets: readonly PanelTarget[],
): object {
  return {
    type: 'timeseries',
    title,
    gridPos,
    datasource,
    fieldConfig: { defaults: { unit, min: 0, custom: { fillOpacity: 10 } }, overrides: [] },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true, calcs: [] },
      tooltip: { mode: 'multi', sort: 'none' },
    },
    targets: targets.map(({ expression, legend }, index) => ({
      refId: String.fromCharCode('A'.charCodeAt(0) + index),
      datasource,
      expr: expression,
      legendFormat: legend,
    })),
  };
}

/** Returns the unit in Grafana's words; a rate of seconds is a share of the time. */
function unitOf({ type, unit }: MetricDefinition): string {
  if (type === 'counter') return unit === 'seconds' ? 'percentunit' : 'ops';
  return { seconds: 's', bytes: 'bytes', ratio: 'percentunit', none: 'short' }[unit];
}

function at(x: number, y: number, w: number, h: number): Position {
  return { x, y, w, h };
}
