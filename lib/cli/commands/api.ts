/** The command `millrace api`. */
import { Command } from 'commander';
import { aborted } from '../../app/aborted.ts';
import { toRunningApp } from '../dev/running-app.ts';
import { withExamples } from '../examples.ts';
import { type Io, printEvent } from '../io.ts';
import { type AppOptions, withApp, withAppOptions } from '../options/app-options.ts';
import { serverPorts, startAppServer, withServerOptions } from '../options/dashboard-options.ts';
import { startHealth, withHealth } from '../options/health-options.ts';
import { startMetrics, withMetrics } from '../options/metrics-options.ts';

interface ApiOptions extends AppOptions {
  readonly port?: number;
}

/** Creates the command. */
export function apiCommand(io: Io): Command {
  const command = new Command('api').description('serve the HTTP API until Ctrl-C');
  withHealth(withMetrics(withServerOptions(withAppOptions(command), serverPorts.api)));
  withExamples(command, {
    'millrace api --postgres postgres://millrace@db/orders':
      'serve the API of an app on PostgreSQL to programs on this machine',
    'millrace api --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem':
      'serve it to other machines, with the tokens in DASHBOARD_TOKENS',
  });
  return command.action((options: ApiOptions) =>
    withApp(io, command, async (app) => {
      const served = toRunningApp(app);
      const { port = serverPorts.api } = options;
      const server = await startAppServer(io, served, { options, port, hasPage: false });
      const metrics = await startMetrics(io, served, options);
      const health = await startHealth(io, served, options);
      io.stderr.write(`the API is at ${server.url}v1/; press Ctrl-C to stop\n`);
      if (options.json) printEvent(io, { status: 'running', url: server.url });
      await aborted(io.interrupted);
      await server.close();
      await metrics?.close();
      await health?.close();
      if (options.json) printEvent(io, { status: 'stopped' });
    }),
  );
}
