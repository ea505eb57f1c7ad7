import { Construct } from 'constructs';
import { MillraceGrants } from './grants.ts';
import type { MillraceProps } from './millrace-props.ts';
import type { AppMetrics } from './observability/app-metrics.ts';
import { physicalName } from './physical-name.ts';
import { createTopology, type Topology } from './topology.ts';

/**
 * The whole topology of an app in one stack, for use in your own CDK app.
 *
 * @example const app = await describeApp('millrace.config.ts');
 * new Millrace(stack, 'Millrace', { app, alarms: { emails: ['on-call@example.com'] } });
 */
export class Millrace extends Construct {
  readonly data: Topology['data'];
  readonly queues: Topology['queues'];
  readonly compute: Topology['compute'];
  readonly schedules: Topology['schedules'];
  /** Absent if it is not hosted. */
  readonly dashboard?: Topology['dashboard'];
  readonly observability: Topology['observability'];
  /** Grants permissions on the app to other principals. */
  readonly grants: MillraceGrants;
  /** The metrics of the functions, for your own alarms and dashboards. */
  readonly metrics: AppMetrics;

  constructor(scope: Construct, id: string, props: MillraceProps) {
    super(scope, id);
    const scopes = {
      data: this,
      queues: this,
      compute: this,
      schedule: this,
      observability: this,
      namespace: physicalName(this, 64, id),
    };
    const topology = createTopology(scopes, props);
    this.data = topology.data;
    this.queues = topology.queues;
    this.compute = topology.compute;
    this.schedules = topology.schedules;
    if (topology.dashboard !== undefined) this.dashboard = topology.dashboard;
    this.observability = topology.observability;
    this.grants = new MillraceGrants(topology);
    this.metrics = topology.observability.metrics;
  }
}
