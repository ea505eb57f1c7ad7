import type { Duration } from 'aws-cdk-lib';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { AppResources } from '../app-resources.ts';
import { Alarms } from './alarms.ts';
import { AppMetrics } from './app-metrics.ts';
import { Overview } from './overview.ts';

/** Props of {@link Observability}. */
export interface ObservabilityProps {
  readonly resources: AppResources;
  readonly namespace: string;
  readonly scheduleGroup: string;
  readonly oldestRunnable: Duration;
  readonly alarmTopic?: ITopic;
  readonly alarmEmail?: string;
}

/** The metrics, the alarms with their topic, and the dashboard. */
export class Observability extends Construct {
  readonly metrics: AppMetrics;
  /** Absent if alarms are not sent to anyone. */
  readonly topic?: ITopic;
  readonly alarms: Alarms;
  readonly dashboard: Overview;

  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    const { resources, scheduleGroup, oldestRunnable } = props;
    this.metrics = new AppMetrics(props.namespace);
    const topic = props.alarmTopic ?? this.#createTopic(props.alarmEmail);
    if (topic !== undefined) this.topic = topic;
    this.alarms = new Alarms(this, 'Alarms', {
      resources,
      metrics: this.metrics,
      scheduleGroup,
      oldestRunnable,
      ...(topic !== undefined && { topic }),
    });
    this.dashboard = new Overview(this, 'Overview', {
      resources,
      metrics: this.metrics,
      alarms: this.alarms,
      scheduleGroup,
    });
  }

  #createTopic(email: string | undefined): ITopic | undefined {
    if (email === undefined) return undefined;
    const topic = new Topic(this, 'Topic', { displayName: 'Millrace', enforceSSL: true });
    topic.addSubscription(new EmailSubscription(email));
    return topic as ITopic;
  }
}
