/** Entry of the CLI: runs `lib/cli` in this process. */
import { text } from 'node:stream/consumers';
import { runCli } from '../lib/cli/program.ts';
import { rehearseCommand } from '../rehearsal/command.ts';

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    // A second signal exits without the grace period.
    if (interrupted.signal.aborted) process.exit(130);
    interrupted.abort();
  });
}

// The reader of a pipe may close it early (`| head`); the command continues its work.
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
    exit: (status) => process.exit(status),
  },
  process.argv.slice(2),
  [rehearseCommand],
);
