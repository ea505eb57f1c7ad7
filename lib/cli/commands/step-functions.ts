/** The command `millrace step-functions`. */
import { Command } from 'commander';
import { aborted } from '../../app/aborted.ts';
import { toRunningApp } from '../dev/running-app.ts';
import { withExamples } from '../examples.ts';
import { type Io, printEvent } from '../io.ts';
import { type AppOptions, withApp, withAppOptions } from '../options/app-options.ts';
import { startHealth, withHealth } from '../options/health-options.ts';
import { startMetrics, withMetrics } from '../options/metrics-options.ts';
import { startStepFunctions, withStepFunctionsPort } from '../options/step-functions-options.ts';

interface ServeOptions extends AppOptions {
  readonly port?: number;
}

/** Creates the command. */
export function stepFunctionsCommand(io: Io): Command {
  const command = new Command('step-functions').description(
    "serve Step Functions' own API until Ctrl-C, and run nothing: workers do",
  );
  withHealth(withMetrics(withStepFunctionsPort(withAppOptions(command))));
  withExamples(command, {
    'millrace step-functions --postgres postgres://millrace@db/orders --redis redis:6379':
      'let the AWS CLI, SDKs and Terraform on this machine call an app on PostgreSQL and Redis',
    'millrace step-functions --step-functions-host 0.0.0.0 --access-keys keys.json':
      'serve other machines, whose requests are signed with the keys of a file',
  });
  return command.action((options: ServeOptions) =>
    withApp(io, command, async (app) => {
      const served = toRunningApp(app);
      const { port: stepFunctions = true, ...others } = options;
      const server = await startStepFunctions(io, served, { ...others, stepFunctions });
      const metrics = await startMetrics(io, served, options);
      const health = await startHealth(io, served, options);
      io.stderr.write('press Ctrl-C to stop\n');
      if (options.json) printEvent(io, { status: 'running', url: server?.url });
      await aborted(io.interrupted);
      await Promise.all([server?.close(), metrics?.close(), health?.close()]);
      if (options.json) printEvent(io, { status: 'stopped' });
    }),
  );
}
