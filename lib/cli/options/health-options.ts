/** The options of commands that answer health checks, and the server that they start. */
import type { Command } from 'commander';
import { machineClock } from '../../app/machine-clock.ts';
import { readEnv } from '../../config/env.ts';
import type { SettingName } from '../../config/setting-sources.ts';
import { type HealthServer, serveHealth } from '../../server/health/serve-health.ts';
import type { RunningApp } from '../dev/running-app.ts';
import type { Io } from '../io.ts';
import { type AppOptions, toSettingOverrides, withSettings } from './app-options.ts';

const healthSettings = ['healthPort', 'healthHost'] as const satisfies readonly SettingName[];

/** Adds `--health-port` and `--health-host` to a command that runs until it is interrupted. */
export function withHealth(command: Command): Command {
  return withSettings(command, healthSettings);
}

/** Answers health checks where the options or the environment want it, and prints where. */
export async function startHealth(
  io: Io,
  app: Pick<RunningApp, 'current'>,
  options: AppOptions,
): Promise<HealthServer | null> {
  const { healthPort, healthHost } = { ...readEnv(), ...toSettingOverrides(options) };
  if (healthPort === undefined) return null;
  const server = await serveHealth({
    read: () => app.current.health,
    clock: machineClock,
    port: healthPort,
    ...(healthHost !== undefined && { host: healthHost }),
  });
  io.stderr.write(`health: ${server.url}/livez and /readyz\n`);
  return server;
}
