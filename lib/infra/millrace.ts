/** The whole of Millrace as one construct, for people with a CDK app of their own. */
import { Construct } from 'constructs';
import { MillraceGrants } from './grants.ts';
import type { MillraceProps } from './millrace-props.ts';
import type { AppMetrics } from './observability/app-metrics.ts';
import { physicalName } from './physical-name.ts';
import { createTopology, type Topology } from './topology.ts';

/**
 * Everything in one stack.
 *
 * @example const app = await describeApp('millrace.config.ts');
 * new Millrace(stack, 'Millrace', { app, alarmEmail: 'on-call@example.com' });
 */
export class Millrace extends Construct {
  readonly data: Topology['data'];
  readonly queues: Topology['queues'];
  readonly compute: Topology['compute'];
  readonly schedules: Topology['schedules'];
  readonly observability: Topology['observability'];
  /** What others can be allowed to do. */
  readonly grants: MillraceGrants;
  /** What the functions measure, for alarms and graphs of one's own. */
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
    this.observability = topology.observability;
    this.grants = new MillraceGrants(topology);
    this.metrics = topology.observability.metrics;
  }
}
