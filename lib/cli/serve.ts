import { aborted } from '../app/aborted.ts';
import type { Millrace } from '../app/millrace.ts';
import type { ProcessRole } from '../operations/workers.ts';
import type { Io } from './io.ts';

/** Options of {@link serve}. */
export interface ServeOptions {
  /** The subject of the first line: `millrace is`, `the leader is` … */
  readonly subject: string;
  readonly roles: readonly ProcessRole[];
  readonly json: boolean | undefined;
}

/** Runs roles in this process until it is interrupted, then stops them gracefully. */
export async function serve(io: Io, app: Millrace, options: ServeOptions): Promise<void> {
  const { subject, roles, json } = options;
  await app.start(roles);
  const { store, broker } = app.description;
  io.stderr.write(`${subject} running on ${store}, queues in ${broker}; press Ctrl-C to stop\n`);
  if (json) printEvent(io, { status: 'running', roles, store, broker });
  await aborted(io.interrupted);
  io.stderr.write('stopping: waiting for running handlers; press Ctrl-C again to stop at once\n');
  await app.stop();
  if (json) printEvent(io, { status: 'stopped' });
}

/** Prints one line per event: a reader cannot wait for the end of a single document. */
function printEvent(io: Io, event: object): void {
  io.stdout.write(`${JSON.stringify(event)}\n`);
}
