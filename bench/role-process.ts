/** Runs a leader or a worker in a separate process (`role-program.ts`) and measures its use. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { ProcessRole } from '../lib/operations/workers.ts';
import type { RoleReport } from './role-program.ts';
import { cleanEnvironment } from './run-program.ts';

/** The services that all processes of one app connect to. */
export interface SharedServices {
  readonly postgresUrl: string;
  readonly redisUrl: string;
}

/** A running leader or worker process. */
export interface RoleProcess {
  /** Peak resident memory so far, sampled ten times a second. */
  peakMiB(): number;
  /** Stops the process gracefully, as Ctrl-C does. Returns the CPU time it used, in seconds. */
  stop(): Promise<number>;
}

const program = new URL('role-program.ts', import.meta.url);

/** Starts a process; resolves when its role runs. @param concurrency the concurrency of a worker */
export async function startRole(
  role: ProcessRole,
  { postgresUrl, redisUrl }: SharedServices,
  concurrency?: number,
): Promise<RoleProcess> {
  const args = [program.pathname, role, postgresUrl, redisUrl];
  if (concurrency !== undefined) args.push(String(concurrency));
  const child = spawn(process.execPath, args, { env: cleanEnvironment(), stdio: 'pipe' });
  const closed = once(child, 'close');
  const stderr = text(child.stderr);
  const ready = Promise.withResolvers<void>();
  let peak = 0;
  let cpuSeconds = Number.NaN;
  createInterface(child.stdout).on('line', (line) => {
    const report: RoleReport = JSON.parse(line);
    if (report.kind === 'ready') ready.resolve();
    if (report.kind === 'memory') peak = Math.max(peak, report.residentMiB);
    if (report.kind === 'end') cpuSeconds = report.cpuSeconds;
  });
  const ended = closed.then(async ([status]) => {
    const errors = await stderr;
    if (status === 0) return cpuSeconds;
    throw new Error(`the ${role} exited with ${status}:\n${errors}`);
  });
  ended.catch(() => {});
  await Promise.race([ready.promise, ended]);
  return {
    peakMiB: () => peak,
    stop: () => {
      child.stdin.end();
      return ended;
    },
  };
}
