import type { Duration } from 'aws-cdk-lib';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { Construct } from 'constructs';
import type { AppResources } from '../app-resources.ts';
import { type AlarmTargets, AlarmTopic } from './alarm-topic.ts';
import { Alarms } from './alarms.ts';
import { AppMetrics } from './app-metrics.ts';
import { Overview } from './overview.ts';

/** Props of {@link Observability}. */
export interface ObservabilityProps {
  readonly resources: AppResources;
  readonly namespace: string;
  readonly scheduleGroup: string;
  readonly oldestRunnable: Duration;
  readonly targets?: AlarmTargets;
  readonly encryptionKey?: IKey;
}

/** The metrics, the alarms with their topic, and the dashboard. */
export class Observability extends Construct {
  readonly metrics: AppMetrics;
  /** Absent if alarms notify no one. */
  readonly topic?: AlarmTopic;
  readonly alarms: Alarms;
  readonly dashboard: Overview;

  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    const { resources, scheduleGroup, oldestRunnable } = props;
    this.metrics = new AppMetrics(props.namespace);
    if (hasTarget(props.targets)) {
      this.topic = new AlarmTopic(this, 'Notify', {
        ...props.targets,
        ...(props.encryptionKey !== undefined && { encryptionKey: props.encryptionKey }),
      });
    }
    this.alarms = new Alarms(this, 'Alarms', {
      resources,
      metrics: this.metrics,
      scheduleGroup,
      oldestRunnable,
      ...(this.topic !== undefined && { topic: this.topic.topic }),
    });
    this.dashboard = new Overview(this, 'Overview', {
      resources,
      metrics: this.metrics,
      alarms: this.alarms,
      scheduleGroup,
    });
  }
}

function hasTarget({ emails = [], topic, slack, teams }: AlarmTargets = {}): boolean {
  return emails.length > 0 || [topic, slack, teams].some((target) => target !== undefined);
}
