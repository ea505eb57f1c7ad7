/** Writes what is generated from the list of metrics; `npm run monitoring` runs it. */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { alertRules } from './generate/alert-rules.ts';
import { grafanaDashboard } from './generate/grafana-dashboard.ts';
import { metricsDocument } from './generate/metrics-document.ts';

/** The generated files by their path from the root. */
export const generatedFiles: Readonly<Record<string, () => string>> = Object.freeze({
  'docs/metrics.md': metricsDocument,
  'monitoring/alerts.yml': alertRules,
  'monitoring/grafana/dashboards/millrace.json': grafanaDashboard,
});

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const [path, generate] of Object.entries(generatedFiles)) {
    writeFileSync(new URL(`../${path}`, import.meta.url), generate());
  }
}
