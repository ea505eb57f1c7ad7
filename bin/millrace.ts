/** The entry of the CLI: the process around `lib/cli`. */
import { text } from 'node:stream/consumers';
import { runCli } from '../lib/cli/program.ts';
import { rehearseCommand } from '../rehearsal/command.ts';

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // The second time is meant: do not wait for the grace.
    if (interrupted.signal.aborted) process.exit(130);
    interrupted.abort();
  });
}

// Whoever read what is written may go before its end (`| head`); the command's own work goes on.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

process.exitCode = await runCli(
  {
    stdout: process.stdout,
    stderr: process.stderr,
    folder: process.cwd(),
    readStdin: () => text(process.stdin),
    interrupted: interrupted.signal,
  },
  process.argv.slice(2),
  [rehearseCommand],
);
