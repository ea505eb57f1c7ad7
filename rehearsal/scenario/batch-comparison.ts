/**
 * The results of a batch, here and in one process without AWS: the same app on the same source must
 * have the same.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openMillrace } from '../../lib/app/millrace.ts';
import { canonicalText } from '../../lib/asl/json/canonical-json.ts';
import type { MillraceConfig } from '../../lib/config/config.ts';
import type { LoadedConfig } from '../../lib/config/loading/load-config.ts';
import { MillraceError } from '../../lib/errors.ts';
import type { BatchReport } from '../../lib/operations/batches/batch-report.ts';
import type { BatchRequest } from '../../lib/operations/start-batch.ts';
import type { Clock } from '../../lib/ports/clock.ts';
import { pause } from '../../lib/retry/pause.ts';

/** The fields of a batch report that two runs have in common, by name. */
export type ComparableReport = Readonly<Record<string, unknown>>;

/** Fields that differ from run to run. */
const volatileFields: ReadonlySet<string> = new Set([
  'archived',
  'batchId',
  'changes',
  'durationMs',
  'executionsPerSecond',
  'parentExecutionId',
  'perSecond',
  'retried',
  'seconds',
  'secondsLeft',
]);

/** Time between two looks at a running batch, in milliseconds. */
const pollMs = 100;

/** Returns what two runs of a batch have in common. */
function toComparableReport(report: BatchReport): ComparableReport {
  return Object.fromEntries(Object.entries(report).filter(([name]) => !volatileFields.has(name)));
}

/** Runs a batch of the app in this process, in memory. */
export async function runEmbedded(
  { config, folder }: LoadedConfig,
  batch: string,
  clock: Clock,
  changes: Partial<BatchRequest> = {},
): Promise<ComparableReport> {
  const flags = { store: 'memory', queueDriver: 'memory' };
  const app = await openMillrace({ config: withoutResultFiles(config), folder, flags });
  try {
    await app.start();
    const { id } = await app.batches.start(batch, changes);
    for (;;) {
      const report = await app.batches.report(id);
      if (report.status !== 'RUNNING') return toComparableReport(report);
      await pause(clock, pollMs);
    }
  } finally {
    await app.close();
  }
}

/** A run that is only compared leaves no files behind. */
function withoutResultFiles(config: MillraceConfig): MillraceConfig {
  const batches = Object.entries(config.batches ?? {}).map(([name, batch]) => [
    name,
    { ...batch, options: { ...batch.options, results: null } },
  ]);
  return { ...config, batches: Object.fromEntries(batches) };
}

/** A batch to run on other bytes than those of its file. */
export interface EmbeddedRun {
  readonly app: LoadedConfig;
  readonly name: string;
  readonly bytes: Buffer;
  readonly clock: Clock;
}

/** Runs a batch of the app in this process, in memory, on these bytes. */
export async function runEmbeddedOn(run: EmbeddedRun): Promise<ComparableReport> {
  const { app, name, bytes, clock } = run;
  const source = app.config.batches?.[name]?.source;
  if (source === undefined || !('path' in source)) return runEmbedded(app, name, clock);
  const folder = await mkdtemp(join(tmpdir(), 'millrace-rehearsal-'));
  try {
    const path = join(folder, 'source');
    await writeFile(path, bytes);
    return await runEmbedded(app, name, clock, { source: { ...source, path } });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Checks that a batch has the result of a run in one process. Throws CONFLICT when it has not. */
export function requireSameReport(expected: ComparableReport, report: BatchReport): void {
  const differences = compareReports(expected, toComparableReport(report));
  if (differences.length === 0) return;
  throw new MillraceError('CONFLICT', `the results differ: ${differences.join('; ')}`);
}

/** Returns where two runs differ, one clause each. */
function compareReports(expected: ComparableReport, found: ComparableReport): string[] {
  const names = [...new Set([...Object.keys(expected), ...Object.keys(found)])];
  return names
    .filter((name) => text(expected[name]) !== text(found[name]))
    .map((name) => `${name}: expected ${text(expected[name])}, found ${text(found[name])}`);
}

function text(value: unknown): string {
  return value === undefined ? 'nothing' : canonicalText(JSON.parse(JSON.stringify(value)));
}
