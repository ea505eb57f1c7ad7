/** Runs an endpoint in a separate process (`endpoint-program.ts`). */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import { cleanEnvironment } from '../run-program.ts';
import { LeanConnection } from './lean-client.ts';

/** An endpoint that answers. */
export interface EndpointProcess {
  readonly url: string;
  /** Stops it gracefully. */
  stop(): Promise<void>;
}

/** Options of {@link startEndpoint}. */
export interface EndpointProcessOptions {
  /** The settings of its app. */
  readonly flags: Readonly<Record<string, string>>;
  /** Whether it also runs what is started. @default false */
  readonly works?: boolean;
}

const program = new URL('endpoint-program.ts', import.meta.url);

/** Starts an endpoint; resolves when it answers. */
export async function startEndpoint({
  flags,
  works = false,
}: EndpointProcessOptions): Promise<EndpointProcess> {
  const args = [program.pathname, JSON.stringify(flags), ...(works ? ['works'] : [])];
  const child = spawn(process.execPath, args, { env: cleanEnvironment(), stdio: 'pipe' });
  const errors = text(child.stderr);
  const ended = once(child, 'close').then(async ([status]) => {
    if (status === 0) return;
    throw new Error(`the endpoint exited with ${status}:\n${await errors}`);
  });
  ended.catch(() => {});
  const lines = once(createInterface(child.stdout), 'line');
  const started = await Promise.race([lines, ended]);
  if (started === undefined) throw new Error('the endpoint ended before it answered');
  return {
    url: String(started[0]),
    stop: () => {
      child.stdin.end();
      return ended;
    },
  };
}

/** Opens connections to an endpoint for the time of `use`. */
export async function withConnections<Result>(
  url: string,
  count: number,
  use: (connections: readonly LeanConnection[]) => Promise<Result>,
): Promise<Result> {
  const connections: LeanConnection[] = [];
  try {
    while (connections.length < count) connections.push(await LeanConnection.open(url));
    return await use(connections);
  } finally {
    for (const connection of connections) connection.close();
  }
}
