import type { MillraceConfig } from '../../config/config.ts';
import type { BatchName, MachineId, QueueName } from '../../config/typing/typed-config.ts';
import { Activities } from './activities.ts';
import { Alerts } from './alerts.ts';
import { Archive } from './archive.ts';
import { BatchSchedules } from './batch-schedules.ts';
import { Batches } from './batches.ts';
import { DeploymentInfo } from './deployment-info.ts';
import { Executions } from './executions.ts';
import { Figures } from './figures.ts';
import { AppLimits } from './limits.ts';
import { Machines } from './machines.ts';
import { Messages } from './messages.ts';
import { Orders } from './orders.ts';
import { Queues } from './queues.ts';
import type { ResourceDeps } from './resource-deps.ts';
import { TaskTokens } from './task-tokens.ts';
import { Tasks } from './tasks.ts';
import { Workers } from './workers.ts';

/** The grouped commands of an app: `app.batches`, `app.tasks` and so on. */
export class ResourceGroups<Config extends MillraceConfig> {
  readonly batches: Batches<BatchName<Config>>;
  readonly executions: Executions<MachineId<Config>, QueueName<Config>>;
  readonly tasks: Tasks;
  readonly archive: Archive;
  readonly queues: Queues;
  readonly machines: Machines;
  readonly limits: AppLimits;
  readonly messages: Messages;
  readonly activities: Activities;
  readonly taskTokens: TaskTokens;
  readonly workers: Workers;
  readonly orders: Orders;
  readonly alerts: Alerts;
  readonly schedules: BatchSchedules;
  readonly deployment: DeploymentInfo;
  readonly figures: Figures;

  constructor(deps: ResourceDeps) {
    this.batches = new Batches(deps);
    this.executions = new Executions(deps);
    this.tasks = new Tasks(deps);
    this.archive = new Archive(deps);
    this.queues = new Queues(deps);
    this.machines = new Machines(deps);
    this.limits = new AppLimits(deps);
    this.messages = new Messages(deps);
    this.activities = new Activities(deps);
    this.taskTokens = new TaskTokens(deps);
    this.workers = new Workers(deps);
    this.orders = new Orders(deps);
    this.alerts = new Alerts(deps);
    this.schedules = new BatchSchedules(deps);
    this.deployment = new DeploymentInfo(deps);
    this.figures = new Figures(deps);
  }
}
