/** The list of metrics: its conventions, and that code reports what is in it. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { metricDimensions, metricNames } from '../../lib/config/metric-names.ts';
import { metricEntries, metricList } from '../../lib/ports/metrics/metric-list.ts';

const lib = join(import.meta.dirname, '../../lib');

/** A call that reports a metric, in the source. */
interface ReportingCall {
  readonly file: string;
  readonly method: string;
  readonly key: string;
  readonly labels: readonly string[];
}

const calls: ReportingCall[] = readdirSync(lib, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .flatMap((file) => {
    const text = readFileSync(join(lib, file), 'utf8');
    const found = text.matchAll(
      /etrics\??\.(count|gauge|observe)\(\s*'(\w+)'((?:[^()]|\([^()]*(?:\([^()]*\)[^()]*)*\))*)\)/g,
    );
    return [...found].map(([, method = '', key = '', rest = '']) => ({
      file,
      method,
      key,
      labels: labelsIn(rest, text),
    }));
  });

/** Returns the labels of a call: those of its literal, or of the constant `labels` of the file. */
function labelsIn(rest: string, text: string): string[] {
  const literal = /\{([^{}]*)\}/.exec(rest)?.[1];
  const named = /, labels$/.test(rest) ? /const labels = \{([^}]*)\}/.exec(text)?.[1] : undefined;
  const names = (literal ?? named ?? '').split(',').map((each) => each.split(':')[0]?.trim() ?? '');
  return names.filter((name) => name !== '').sort();
}

const methodOf = { counter: 'count', gauge: 'gauge', histogram: 'observe' } as const;

describe('the list of metrics', () => {
  it('every metric is reported by the method of its type and with all its labels', () => {
    const wrong = calls.filter(({ key, method, labels }) => {
      const definition = metricEntries.find(([each]) => each === key)?.[1];
      if (definition === undefined) return true;
      const expected = Object.keys(definition.labels).sort();
      return method !== methodOf[definition.type] || expected.join() !== labels.join();
    });

    expect(wrong).toEqual([]);
    expect(new Set(calls.map(({ key }) => key))).toEqual(new Set(Object.keys(metricList)));
  });

  it('every name follows the conventions of Prometheus', () => {
    for (const [key, { name, type, unit }] of metricEntries) {
      expect(name, key).toMatch(/^millrace(_[a-z0-9]+)+$/);
      expect(name.endsWith('_total'), `${name} ends in _total exactly when it is a counter`).toBe(
        type === 'counter',
      );
      const base = name.replace(/_total$/, '');
      for (const each of ['seconds', 'bytes', 'ratio']) {
        expect(base.endsWith(`_${each}`), `${name} is in ${unit}`).toBe(unit === each);
      }
    }
    const names = metricEntries.map(([, { name }]) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('help is one sentence, and only histograms have buckets, which ascend', () => {
    for (const [, { name, help, type, buckets }] of metricEntries) {
      expect(help, name).toMatch(/^[A-Z0-9].*[^.]\.$/);
      expect(buckets !== undefined, name).toBe(type === 'histogram');
      expect(buckets ?? [], name).toEqual((buckets ?? []).toSorted((one, other) => one - other));
    }
  });

  it('the number of values of every label is bounded', () => {
    for (const [, { name, labels }] of metricEntries) {
      for (const values of Object.values(labels)) {
        const most = typeof values === 'number' ? values : values.length;
        expect(most, name).toBeGreaterThan(0);
        expect(most, name).toBeLessThanOrEqual(100);
      }
    }
  });

  it('panels and alerts name labels and metrics that exist', () => {
    for (const [, { name, labels, dimensions = [], panel, alerts = [] }] of metricEntries) {
      const known = [...Object.keys(labels), 'instance'];
      expect(known, name).toEqual(expect.arrayContaining([...dimensions, ...(panel?.by ?? [])]));
      for (const { by, where = {}, except = {}, condition, summary } of alerts) {
        expect(known, name).toEqual(expect.arrayContaining([...by]));
        expect(Object.keys(labels), name).toEqual(
          expect.arrayContaining([...Object.keys(where), ...Object.keys(except)]),
        );
        if ('of' in condition) expect(Object.keys(metricList)).toContain(condition.of);
        const shown = [...summary.matchAll(/\{(\w+)\}/g)].map(([, label = '']) => label);
        expect([...by, 'value'], name).toEqual(expect.arrayContaining(shown));
      }
    }
  });

  it('alerts have names of their own', () => {
    const names = metricEntries.flatMap(([, { alerts = [] }]) => alerts.map(({ name }) => name));

    expect(names.length).toBeGreaterThan(15);
    expect(new Set(names).size).toBe(names.length);
  });
});

describe('metricNames', () => {
  it('CloudWatch has the names of Prometheus, and every dimension of the list', () => {
    const dimensions = metricEntries.flatMap(([, { dimensions: own = [] }]) => own);

    expect(metricNames.queueOldest).toBe('millrace_queue_oldest_seconds');
    expect(Object.values(metricNames)).toEqual(metricEntries.map(([, { name }]) => name));
    expect(new Set(Object.values(metricDimensions))).toEqual(new Set(['service', ...dimensions]));
  });
});
