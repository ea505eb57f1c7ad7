/**
 * A process of its own that runs one part of Millrace, as `millrace leader` and `millrace worker`
 * do, until its standard input ends: `node bench/role-process.ts <part> <postgres URL> <redis URL>
 * [concurrency]`. It prints lines of JSON: {@link RoleLine}.
 */
import { openMillrace } from '../lib/app/millrace.ts';
import type { ProcessRole } from '../lib/operations/workers.ts';
import { threeTasksApp } from './three-tasks.ts';

/** One line of what the process prints. */
export type RoleLine =
  | { readonly kind: 'ready' }
  | { readonly kind: 'memory'; readonly residentMiB: number }
  /** The last one. Processor time is that of all its threads. */
  | { readonly kind: 'end'; readonly cpuSeconds: number };

/** How often it tells its memory, in milliseconds. */
const memoryMs = 100;

if (import.meta.main) {
  const [part = '', postgresUrl = '', redisUrl = '', concurrency] = process.argv.slice(2);
  const flags = {
    ...{ store: 'postgres', postgresUrl, queueDriver: 'redis', redisUrl },
    ...(concurrency !== undefined && { concurrency: Number(concurrency) }),
  };
  const app = await openMillrace({ config: threeTasksApp, flags });
  await app.start([part as ProcessRole]);
  print({ kind: 'ready' });
  const telling = setInterval(() => {
    print({ kind: 'memory', residentMiB: process.memoryUsage.rss() / 2 ** 20 });
  }, memoryMs);
  for await (const _ of process.stdin);
  clearInterval(telling);
  await app.close();
  const { userCPUTime, systemCPUTime } = process.resourceUsage();
  print({ kind: 'end', cpuSeconds: (userCPUTime + systemCPUTime) / 1e6 });
}

function print(line: RoleLine): void {
  console.log(JSON.stringify(line));
}
