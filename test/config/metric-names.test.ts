/** The names of metrics that alarms watch. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { metricDimensions, metricNames } from '../../lib/config/metric-names.ts';

const roles = join(import.meta.dirname, '../../lib/roles');
const calls = readdirSync(roles, { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(join(roles, file), 'utf8'))
  .flatMap((text) => [
    ...text.matchAll(/metrics\.(?:count|gauge|observe)\('(\w+)'[^{;]*(?:\{ ([^}]*) \})?/g),
  ]);

describe('metricNames', () => {
  it('every metric that roles report has a name in metricNames', () => {
    const reported = calls.map(([, name]) => name);

    expect(reported.length).toBeGreaterThan(5);
    expect(Object.keys(metricNames)).toEqual(expect.arrayContaining(reported));
  });

  it('every label of the metrics of roles is in metricDimensions', () => {
    const labels = calls.flatMap(([, , text = '']) =>
      text.split(',').flatMap((label) => label.split(':')[0]?.trim() || []),
    );

    expect(labels).toContain('queue');
    expect(Object.keys(metricDimensions)).toEqual(expect.arrayContaining(labels));
  });
});
