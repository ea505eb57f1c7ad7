/** The bill of Millrace for a month without and with the workload, line by line. */
import { sum } from './estimate.ts';
import { fixedItems, handlers, orchestration } from './millrace.ts';
import type { Amounts } from './prices.ts';
import type { Workload } from './workload.ts';

/** One line of the bill, in US dollars. */
export interface MonthLine {
  readonly name: string;
  /** In a month in which nothing runs, and the database is paused. */
  readonly idle: number;
  /** In a month of the workload. */
  readonly busy: number;
}

/** What each item of the estimate is on a bill, in the order in which they are listed. */
const names: Readonly<Record<string, string>> = {
  awake: 'Aurora: resuming, and the idle minutes after it',
  capacity: 'Aurora: capacity while it works',
  io: 'Aurora: I/O',
  dataApi: 'Data API: calls',
  handlers: 'Lambda: handlers',
  waiting: 'Lambda: waiting for the database',
  invocations: 'Lambda: invocations',
  queues: 'SQS: messages',
  polls: 'SQS: polls of idle queues',
  events: 'EventBridge: ends of executions',
  schedules: 'EventBridge Scheduler: the leader',
  logs: 'CloudWatch: logs',
  metrics: 'CloudWatch: custom metrics',
  alarms: 'CloudWatch: alarms',
  dashboards: 'CloudWatch: dashboard',
  secrets: 'Secrets Manager: users of the database',
  network: 'VPC: NAT gateways (there are none)',
  hostedDashboard: 'Hosted dashboard',
  stepFunctionsApi: "Step Functions' API: calls and waiting workers",
};

/** Returns the lines of both bills, and their totals at last. */
export function monthLines(workload: Workload, amounts: Amounts): MonthLine[] {
  const wakes = workload.wakes === null ? null : 0;
  const unused = { runs: 0, wakes, dashboardHours: 0, apiCalls: 0 };
  const idle = fixedItems({ ...workload, ...unused }, amounts);
  const perRun = { ...orchestration(workload, amounts), handlers: handlers(workload, amounts) };
  const runs = Object.fromEntries(
    Object.entries(perRun).map(([item, usd]) => [item, usd * workload.runs]),
  );
  const busy = { ...fixedItems(workload, amounts), ...runs };
  const lines = Object.entries(names).map(([item, name]) => ({
    name: workload.natGateways > 0 ? name.replace(' (there are none)', '') : name,
    idle: idle[item] ?? 0,
    busy: busy[item] ?? 0,
  }));
  const total = {
    name: 'together',
    idle: sum(lines.map((line) => line.idle)),
    busy: sum(lines.map((line) => line.busy)),
  };
  return [...lines, total];
}
