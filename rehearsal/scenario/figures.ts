/**
 * What a batch came to, here and in one process without AWS: the same app on the same source must
 * come to the same figures.
 */

import { openMillrace } from '../../lib/app/millrace.ts';
import { canonicalText } from '../../lib/asl/json/canonical-json.ts';
import type { LoadedConfig } from '../../lib/config/load-config.ts';
import type { BatchReport } from '../../lib/operations/batch-report.ts';
import type { BatchRequest } from '../../lib/operations/start-batch.ts';
import type { Clock } from '../../lib/ports/clock.ts';
import { pause } from '../../lib/ports/clock.ts';

/** Figures by name, without those that no two runs have in common. */
export type Figures = Readonly<Record<string, unknown>>;

/** Fields that differ from run to run. */
const volatile: ReadonlySet<string> = new Set([
  'archived',
  'batchId',
  'durationMs',
  'executionsPerSecond',
  'parentExecutionId',
  'seconds',
]);

/** How often a running batch is looked at, in milliseconds. */
const lookMs = 100;

/** What two runs of a batch have in common. */
export function figuresOf(report: BatchReport): Figures {
  return Object.fromEntries(Object.entries(report).filter(([name]) => !volatile.has(name)));
}

/** Runs a batch of the app in this process, in memory. */
export async function embeddedFigures(
  { config, folder }: LoadedConfig,
  batch: string,
  clock: Clock,
  changes: Partial<BatchRequest> = {},
): Promise<Figures> {
  const flags = { store: 'memory', queueDriver: 'memory' };
  const app = await openMillrace({ config, folder, flags });
  try {
    await app.start();
    const { id } = await app.startBatch(batch, changes);
    for (;;) {
      const report = await app.report(id);
      if (report.status !== 'RUNNING') return figuresOf(report);
      await pause(clock, lookMs);
    }
  } finally {
    await app.close();
  }
}

/** Where two runs differ; one clause each. */
export function differencesOf(expected: Figures, found: Figures): string[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(found)])];
  return names
    .filter((name) => text(expected[name]) !== text(found[name]))
    .map((name) => `${name}: expected ${text(expected[name])}, found ${text(found[name])}`);
}

function text(value: unknown): string {
  return value === undefined ? 'nothing' : canonicalText(JSON.parse(JSON.stringify(value)));
}
