/** Runs parts of Millrace in this process until it is interrupted, and stops them gently. */
import { aborted } from '../app/aborted.ts';
import type { Millrace } from '../app/millrace.ts';
import type { Part } from '../operations/workers.ts';
import type { Io } from './io.ts';

/** What is served, and how it is told. */
export interface ServeOptions {
  /** What runs, in the words of the first line: `millrace is`, `the leader is` … */
  readonly subject: string;
  readonly parts: readonly Part[];
  readonly json: boolean | undefined;
}

/** Resolves when everything has stopped after an interruption. */
export async function serve(io: Io, app: Millrace, options: ServeOptions): Promise<void> {
  const { subject, parts, json } = options;
  await app.start(parts);
  const { description: store } = app.store;
  const broker = app.brokerDescription;
  io.stderr.write(`${subject} running on ${store}, queues in ${broker}; Ctrl-C stops it\n`);
  if (json) printEvent(io, { status: 'running', parts, store, broker });
  await aborted(io.interrupted);
  io.stderr.write(
    'stopping: handlers that run may still answer; a second Ctrl-C does not wait for them\n',
  );
  await app.stop();
  if (json) printEvent(io, { status: 'stopped' });
}

/** A line each: whoever reads them cannot wait for the end of one document. */
function printEvent(io: Io, event: object): void {
  io.stdout.write(`${JSON.stringify(event)}\n`);
}
