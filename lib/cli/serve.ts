import { aborted } from '../app/aborted.ts';
import type { Millrace } from '../app/millrace.ts';
import type { ProcessRole } from '../operations/workers.ts';
import { type DashboardOptions, startDashboard } from './dashboard-options.ts';
import { type Io, printEvent } from './io.ts';
import { startMetrics } from './metrics-options.ts';

/** Options of {@link serve}. */
export interface ServeOptions {
  /** The subject of the first line: `millrace is`, `the leader is` … */
  readonly subject: string;
  readonly roles: readonly ProcessRole[];
  /** The options of the command. */
  readonly options: DashboardOptions;
}

/** Runs roles in this process until it is interrupted, then stops them gracefully. */
export async function serve(io: Io, app: Millrace, options: ServeOptions): Promise<void> {
  await app.start(options.roles);
  const metrics = await startMetrics(io, app, options.options);
  try {
    await serveDashboard(io, app, { ...options, metricsUrl: metrics?.url ?? null });
  } finally {
    await metrics?.close();
  }
  if (options.options.json) printEvent(io, { status: 'stopped' });
}

async function serveDashboard(
  io: Io,
  app: Millrace,
  { subject, roles, options, metricsUrl }: ServeOptions & { readonly metricsUrl: string | null },
): Promise<void> {
  const server = await startDashboard(io, app, options);
  const { store, broker } = app.description;
  io.stderr.write(`${subject} running on ${store}, queues in ${broker}; press Ctrl-C to stop\n`);
  if (options.json) {
    const urls = { dashboard: server?.url ?? null, metrics: metricsUrl };
    printEvent(io, { status: 'running', roles, store, broker, ...urls });
  }
  await aborted(io.interrupted);
  io.stderr.write('stopping: waiting for running handlers; press Ctrl-C again to stop at once\n');
  await app.stop();
  await server?.close();
}
