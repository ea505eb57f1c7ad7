/** The options of commands that serve metrics, and the server that they start. */
import type { Command } from 'commander';
import { machineClock } from '../../app/machine-clock.ts';
import { readEnv } from '../../config/env.ts';
import type { SettingName } from '../../config/setting-sources.ts';
import { type MetricsServer, serveMetrics } from '../../server/metrics/serve-metrics.ts';
import type { RunningApp } from '../dev/running-app.ts';
import type { Io } from '../io.ts';
import { type AppOptions, toSettingOverrides, withSettings } from './app-options.ts';

const metricsSettings = ['metricsPort', 'metricsHost'] as const satisfies readonly SettingName[];

/** Adds `--metrics-port` and `--metrics-host` to a command that runs roles. */
export function withMetrics(command: Command): Command {
  return withSettings(command, metricsSettings);
}

/** Serves the metrics where the options or the environment want them, and prints where. */
export async function startMetrics(
  io: Io,
  app: Pick<RunningApp, 'current'>,
  options: AppOptions,
): Promise<MetricsServer | null> {
  const { metricsPort, metricsHost, metricsToken } = {
    ...readEnv(),
    ...toSettingOverrides(options),
  };
  const { metrics, logger } = app.current;
  if (metrics === null || metricsPort === undefined) return null;
  const server = await serveMetrics({
    exposition: {
      contentType: metrics.contentType,
      read: () => (app.current.metrics ?? metrics).read(),
    },
    clock: machineClock,
    logger,
    port: metricsPort,
    ...(metricsHost !== undefined && { host: metricsHost }),
    ...(metricsToken !== undefined && { token: metricsToken }),
  });
  io.stderr.write(`metrics: ${server.url}\n`);
  return server;
}
