/** `millrace dev`: every role in one process until Ctrl-C, running whatever is open. */
import { Command } from 'commander';
import { type AppOptions, withApp, withAppOptions } from '../app-options.ts';
import { type Io, printJson } from '../io.ts';

/** The command. */
export function devCommand(io: Io): Command {
  const command = new Command('dev').description(
    'run leader, worker and the rest in one process until Ctrl-C',
  );
  return withAppOptions(command).action(({ json }: AppOptions) =>
    withApp(io, command, async (app) => {
      await app.start();
      io.stderr.write(`millrace is running on ${app.store.description}; Ctrl-C stops it\n`);
      if (json) printJson(io, { status: 'running', store: app.store.description });
      await interruption(io.interrupted);
      io.stderr.write('stopping: handlers that run may still answer\n');
      await app.stop();
      if (json) printJson(io, { status: 'stopped' });
    }),
  );
}

function interruption(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
