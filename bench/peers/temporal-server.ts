/** Temporal's development server, on SQLite in a file. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createConnection } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { freePort } from '../../rehearsal/postgres/free-port.ts';
import { temporalProgram } from './peer-programs.ts';

/** A running server. */
export interface TemporalServer {
  /** Host and port, as its clients name it. */
  readonly address: string;
  stop(): Promise<void>;
}

const startTimeoutMs = 60_000;

/** Starts a server whose database is a new file in `folder`. */
export async function startTemporalServer(folder: string): Promise<TemporalServer> {
  const port = await freePort();
  const file = join(folder, `temporal-${port}.db`);
  const words = ['server', 'start-dev', '--headless', '--log-level', 'error'];
  const where = ['--port', String(port), '--db-filename', file];
  const child = spawn(temporalProgram, [...words, ...where], { stdio: 'ignore' });
  const closed = once(child, 'close');
  await waitForPort(port);
  return {
    address: `127.0.0.1:${port}`,
    stop: async () => {
      child.kill();
      await closed;
    },
  };
}

/** Resolves when something listens. */
async function waitForPort(port: number): Promise<void> {
  const deadline = performance.now() + startTimeoutMs;
  while (performance.now() < deadline) {
    const socket = createConnection(port, '127.0.0.1');
    const isOpen = await once(socket, 'connect').then(
      () => true,
      () => false,
    );
    socket.destroy();
    if (isOpen) return;
    await setTimeout(100);
  }
  throw new Error(`nothing listened at port ${port} within ${startTimeoutMs / 1_000} s`);
}
