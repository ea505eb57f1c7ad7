/** Runs `role-process.ts`: a leader or a worker in a process of its own, and how much it takes. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { text } from 'node:stream/consumers';
import type { ProcessRole } from '../lib/operations/workers.ts';
import { cleanEnvironment } from './child-process.ts';
import type { RoleLine } from './role-process.ts';

/** Where the processes of one app meet. */
export interface MeetingPlace {
  readonly postgresUrl: string;
  readonly redisUrl: string;
}

/** A process that runs. */
export interface RoleChild {
  /** The most memory that it has had so far, as seen ten times a second. */
  peakMiB(): number;
  /** Lets it end as Ctrl-C does; answers the seconds of processor time that it took. */
  stop(): Promise<number>;
}

const program = new URL('role-process.ts', import.meta.url);

/** Starts a process; resolves when its part runs. @param concurrency of a worker */
export async function startRole(
  part: ProcessRole,
  { postgresUrl, redisUrl }: MeetingPlace,
  concurrency?: number,
): Promise<RoleChild> {
  const args = [program.pathname, part, postgresUrl, redisUrl];
  if (concurrency !== undefined) args.push(String(concurrency));
  const child = spawn(process.execPath, args, { env: cleanEnvironment(), stdio: 'pipe' });
  const closed = once(child, 'close');
  const complaints = text(child.stderr);
  const ready = Promise.withResolvers<void>();
  let peak = 0;
  let cpuSeconds = Number.NaN;
  createInterface(child.stdout).on('line', (printed) => {
    const line: RoleLine = JSON.parse(printed);
    if (line.kind === 'ready') ready.resolve();
    if (line.kind === 'memory') peak = Math.max(peak, line.residentMiB);
    if (line.kind === 'end') cpuSeconds = line.cpuSeconds;
  });
  const ended = closed.then(async ([status]) => {
    const said = await complaints;
    if (status === 0) return cpuSeconds;
    throw new Error(`the ${part} ended with ${status}:\n${said}`);
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
