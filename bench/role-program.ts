/**
 * A program that runs one role, like `millrace leader` and `millrace worker`, until its standard
 * input ends: `node bench/role-program.ts <role> <postgres URL> <redis URL> [concurrency]`. It
 * prints one {@link RoleReport} a line.
 */
import { openMillrace } from '../lib/app/millrace.ts';
import type { ProcessRole } from '../lib/operations/workers.ts';
import { threeTasksApp } from './three-tasks.ts';

/** One JSON line that the program prints. */
export type RoleReport =
  | { readonly kind: 'ready' }
  | { readonly kind: 'memory'; readonly residentMiB: number }
  /** The last line: CPU time of all threads of the process. */
  | { readonly kind: 'end'; readonly cpuSeconds: number };

/** How often the program reports its memory, in milliseconds. */
const memoryIntervalMs = 100;

if (import.meta.main) {
  const [role = '', postgresUrl = '', redisUrl = '', concurrency] = process.argv.slice(2);
  const flags = {
    store: 'postgres',
    postgresUrl,
    broker: 'redis',
    redisUrl,
    ...(concurrency !== undefined && { concurrency: Number(concurrency) }),
  };
  const app = await openMillrace({ config: threeTasksApp, flags });
  await app.start([role as ProcessRole]);
  report({ kind: 'ready' });
  const memoryTimer = setInterval(() => {
    report({ kind: 'memory', residentMiB: process.memoryUsage.rss() / 2 ** 20 });
  }, memoryIntervalMs);
  for await (const _ of process.stdin);
  clearInterval(memoryTimer);
  await app.close();
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  report({ kind: 'end', cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 });
}

function report(line: RoleReport): void {
  console.log(JSON.stringify(line));
}
