/** What monitoring/ derives from the list of metrics, and what Debian's promtool says to it. */
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { parse } from 'yaml';
import { PrometheusMetrics } from '../../lib/drivers/prometheus/prometheus-metrics.ts';
import { metricEntries } from '../../lib/ports/metrics/metric-list.ts';
import { listAlertRules, scrapeJob } from '../../monitoring/generate/alert-rules.ts';
import { generatedFiles } from '../../monitoring/write.ts';
import { readDocument, root } from '../docs/markdown.ts';
import { noPromtool } from '../support/prometheus-server.ts';

const names = metricEntries.map(([, { name }]) => name);

/** Names that histograms add to their own. */
const suffixes = /_(?:bucket|sum|count)$/;

/** Returns the metrics of Millrace that a text names. */
function metricsIn(text: string): string[] {
  return [...new Set(text.match(/\bmillrace_\w+/g))].map((name) => name.replace(suffixes, ''));
}

describe('generated files of monitoring', () => {
  it.for(Object.entries(generatedFiles))(
    '%s is up to date: npm run monitoring writes it',
    ([path, generate]) => {
      expect(readDocument(path)).toBe(generate());
    },
  );

  it('rules and panels name only metrics of the list', () => {
    const dashboard = readDocument('monitoring/grafana/dashboards/millrace.json');
    const used = metricsIn(dashboard + readDocument('monitoring/alerts.yml'));

    expect(used.length).toBeGreaterThan(30);
    expect(used.filter((name) => !names.some((each) => each === name))).toEqual([]);
  });

  it('every panel of the dashboard has its own place and queries the chosen Prometheus', () => {
    const { panels, uid } = JSON.parse(
      readDocument('monitoring/grafana/dashboards/millrace.json'),
    ) as Dashboard;
    const places = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, cell) => `${x + (cell % w)},${y + Math.floor(cell / w)}`),
    );

    expect(uid).toBe('millrace');
    expect(new Set(places).size).toBe(places.length);
    expect(Math.max(...panels.map(({ gridPos: { x, w } }) => x + w))).toBe(24);
    for (const { targets = [] } of panels) {
      for (const { datasource } of targets) expect(datasource.uid).toBe('$datasource');
    }
  });

  it('the tests of the rules fire every alert, and hold it back once', () => {
    const { tests } = parse(readDocument('monitoring/alerts.test.yml')) as RuleTests;
    const checks = tests.flatMap(({ alert_rule_test }) => alert_rule_test);
    const found = (isFiring: boolean) =>
      new Set(
        checks
          .filter(({ exp_alerts }) => exp_alerts.length > 0 === isFiring)
          .map(({ alertname }) => alertname),
      );

    const all = new Set(listAlertRules().map(({ alert }) => alert));
    expect(found(true)).toEqual(all);
    expect(found(false)).toEqual(all);
  });

  it('Prometheus scrapes the job that the rules watch, and Grafana finds the dashboard', () => {
    const config = parse(readDocument('monitoring/prometheus.yml')) as PrometheusConfig;
    const provisioning = 'monitoring/grafana/provisioning';
    const source = parse(readDocument(`${provisioning}/datasources/prometheus.yml`));
    const provider = parse(readDocument(`${provisioning}/dashboards/millrace.yml`));

    expect(config.scrape_configs.map(({ job_name }) => job_name)).toEqual([scrapeJob]);
    expect(config.rule_files).toEqual(['alerts.yml']);
    expect(source.datasources).toMatchObject([{ type: 'prometheus', isDefault: true }]);
    expect(provider.providers[0].options.path).toBe('/var/lib/grafana/dashboards');
  });
});

describe.skipIf(noPromtool !== null)('promtool', () => {
  const promtool = (...words: string[]) =>
    execFileSync('promtool', words, { cwd: join(root, 'monitoring'), encoding: 'utf8' });

  it('promtool accepts the rules, and their unit tests pass', () => {
    expect(promtool('check', 'rules', 'alerts.yml')).toContain('SUCCESS');
    expect(promtool('test', 'rules', 'alerts.test.yml')).toContain('SUCCESS');
  });

  it('promtool accepts the configuration of Prometheus', () => {
    const folder = mkdtempSync(join(tmpdir(), 'millrace-prometheus-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    for (const file of ['prometheus.yml', 'alerts.yml']) {
      copyFileSync(join(root, 'monitoring', file), join(folder, file));
    }
    writeFileSync(join(folder, 'metrics-token'), 'token');

    expect(promtool('check', 'config', join(folder, 'prometheus.yml'))).toContain('SUCCESS');
  });

  it('promtool finds no fault with names, types and help of the metrics', async () => {
    const metrics = new PrometheusMetrics({ now: Date.now });
    for (const [key, { type, labels }] of metricEntries) {
      const some = Object.fromEntries(
        Object.entries(labels).map(([label, values]) => [
          label,
          typeof values === 'number' ? 'a' : (values[0] ?? ''),
        ]),
      );
      if (type === 'counter') metrics.count(key as 'claimed', 1, some);
      else if (type === 'gauge') metrics.gauge(key as 'batches', 1, some);
      else metrics.observe(key as 'commitGroup', 1, some);
    }

    const input = await metrics.read();

    expect(execFileSync('promtool', ['check', 'metrics'], { input, encoding: 'utf8' })).toBe('');
  });
});

interface Dashboard {
  readonly uid: string;
  readonly panels: readonly {
    readonly gridPos: {
      readonly x: number;
      readonly y: number;
      readonly w: number;
      readonly h: number;
    };
    readonly targets?: readonly { readonly datasource: { readonly uid: string } }[];
  }[];
}

interface RuleTests {
  readonly tests: readonly {
    readonly alert_rule_test: readonly {
      readonly alertname: string;
      readonly exp_alerts: readonly unknown[];
    }[];
  }[];
}

interface PrometheusConfig {
  readonly rule_files: readonly string[];
  readonly scrape_configs: readonly { readonly job_name: string }[];
}
