import { aborted } from '../app/aborted.ts';
import { machineClock } from '../app/machine-clock.ts';
import type { FatalEnd } from '../app/process-guard.ts';
import { messageOf } from '../errors.ts';
import type { ProcessRole } from '../operations/workers.ts';
import { pause } from '../retry/pause.ts';
import type { RunningApp } from './dev/running-app.ts';
import { exitStatus } from './failure.ts';
import { type Io, printEvent, printNote } from './io.ts';
import { type DashboardOptions, startDashboard } from './options/dashboard-options.ts';
import { startHealth } from './options/health-options.ts';
import { startMetrics } from './options/metrics-options.ts';
import {
  type StepFunctionsCliOptions,
  startStepFunctions,
} from './options/step-functions-options.ts';

/** Options of {@link serve}. */
export interface ServeOptions {
  /** The subject of the first line: `millrace is`, `the leader is` … */
  readonly subject: string;
  readonly roles: readonly ProcessRole[];
  /** The options of the command. */
  readonly options: DashboardOptions & StepFunctionsCliOptions;
}

/**
 * How long a process may take to hand back its work when it ends on its own, in milliseconds: as
 * long as handlers may take to answer, and the calls after that.
 */
const lastMs = 20_000;

/**
 * Runs roles in this process until it is interrupted, then stops them gracefully. When it has to
 * end on its own, the process hands back its work, if that is possible, and exits in any case.
 */
export async function serve(io: Io, app: RunningApp, options: ServeOptions): Promise<void> {
  const guard = app.guardProcess();
  try {
    await app.start(options.roles);
    const health = await startHealth(io, app, options.options);
    const metrics = await startMetrics(io, app, options.options);
    const stepFunctions = await startStepFunctions(io, app, options.options);
    try {
      const urls = {
        health: health?.url ?? null,
        metrics: metrics?.url ?? null,
        ...(stepFunctions !== null && { stepFunctions: stepFunctions.url }),
      };
      await Promise.race([serveDashboard(io, app, options, urls), endAfter(io, app, guard.fatal)]);
    } finally {
      await Promise.all([stepFunctions?.close(), metrics?.close(), health?.close()]);
    }
  } finally {
    guard.release();
  }
  if (options.options.json) printEvent(io, { status: 'stopped' });
}

/** Hands back the work of this process within a limited time, and exits. */
async function endAfter(io: Io, app: RunningApp, fatal: Promise<FatalEnd>): Promise<void> {
  const { kind, reason } = await fatal;
  printNote(io, `millrace: ${reason}`);
  await Promise.race([handBack(app), pause(machineClock, lastMs)]);
  io.exit(exitStatus[kind]);
}

async function handBack(app: RunningApp): Promise<void> {
  try {
    await app.stop();
    await app.current.close();
  } catch (error) {
    app.current.logger.error('work not handed back: its leases expire', {
      error: messageOf(error),
    });
  }
}

/** Where else the process can be asked. */
interface OtherUrls {
  readonly health: string | null;
  readonly metrics: string | null;
  /** Absent unless it is asked for. */
  readonly stepFunctions?: string;
}

async function serveDashboard(
  io: Io,
  app: RunningApp,
  { subject, roles, options }: ServeOptions,
  urls: OtherUrls,
): Promise<void> {
  const server = await startDashboard(io, app, options);
  const { store, broker } = app.current.description;
  io.stderr.write(`${subject} running on ${store}, queues in ${broker}; press Ctrl-C to stop\n`);
  if (options.json) {
    const dashboard = server?.url ?? null;
    printEvent(io, { status: 'running', roles, store, broker, dashboard, ...urls });
  }
  await aborted(io.interrupted);
  io.stderr.write('stopping: waiting for running handlers; press Ctrl-C again to stop at once\n');
  await app.stop();
  await server?.close();
}
