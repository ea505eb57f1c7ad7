import type { Compute } from './compute/compute.ts';
import type { DashboardHosting } from './dashboard/dashboard-hosting.ts';
import type { AppData } from './data/app-data.ts';
import type { OperatorPolicy } from './operator-policy.ts';
import type { AppQueues } from './queues/app-queues.ts';
import type { Schedules } from './schedule/schedules.ts';

/** The resources that run an app, without those that observe it. */
export interface AppResources {
  readonly data: AppData;
  readonly queues: AppQueues;
  readonly compute: Compute;
  readonly schedules: Schedules;
  readonly operators: OperatorPolicy;
  /** Absent if it is not hosted. */
  readonly dashboard?: DashboardHosting;
}
