/** The command `millrace dashboard`. */
import { Command } from 'commander';
import { aborted } from '../../app/aborted.ts';
import { hasCode } from '../../errors.ts';
import { toRunningApp } from '../dev/running-app.ts';
import { withExamples } from '../examples.ts';
import { type Io, printEvent } from '../io.ts';
import { type AppOptions, withApp, withAppOptions } from '../options/app-options.ts';
import { serverPorts, startAppServer, withServerOptions } from '../options/dashboard-options.ts';
import { startMetrics, withMetrics } from '../options/metrics-options.ts';

interface DashboardCommandOptions extends AppOptions {
  readonly port?: number;
}

/** Creates the command. */
export function dashboardCommand(io: Io): Command {
  const command = new Command('dashboard').description(
    'serve the dashboard and its API until Ctrl-C',
  );
  withMetrics(withServerOptions(withAppOptions(command), serverPorts.dashboard));
  withExamples(command, {
    'millrace dashboard': 'look at the embedded database, or print where it is served already',
    'millrace dashboard --postgres postgres://millrace@db/orders --redis redis:6379':
      'look at an app on PostgreSQL and Redis',
    'millrace dashboard --behind-proxy 10.0.0.7 --base-path /ops/mill --host 0.0.0.0':
      'serve it at a path of a proxy, with the tokens in DASHBOARD_TOKENS',
  });
  return command.action(async (options: DashboardCommandOptions) => {
    try {
      await serveDashboard(io, command, options);
    } catch (error) {
      const { url = null, pid = null } = hasCode(error, 'STORE_LOCKED') ? error.fields : {};
      if (url === null) throw error;
      if (options.json) printEvent(io, { status: 'running', url, pid });
      else io.stdout.write(`process ${pid} serves the dashboard: ${url}\n`);
    }
  });
}

function serveDashboard(io: Io, command: Command, options: DashboardCommandOptions) {
  const { port = serverPorts.dashboard, json } = options;
  return withApp(io, command, async (app) => {
    const served = toRunningApp(app);
    const movesOn = options.port === undefined;
    const server = await startAppServer(io, served, { options, port, movesOn });
    const metrics = await startMetrics(io, served, options);
    io.stderr.write(`dashboard: ${server.url} ; press Ctrl-C to stop\n`);
    if (json) printEvent(io, { status: 'running', url: server.url });
    await aborted(io.interrupted);
    await server.close();
    await metrics?.close();
    if (json) printEvent(io, { status: 'stopped' });
  });
}
