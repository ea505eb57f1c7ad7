/** Alarms, who is told of them, and the dashboard. */
import type { Duration } from 'aws-cdk-lib';
import { type ITopic, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { ComputeResources } from '../topology.ts';
import { Alarms } from './alarms.ts';
import { AppMetrics } from './app-metrics.ts';
import { Overview } from './overview.ts';

/** What is watched, and who is told. */
export interface ObservabilityProps {
  readonly topology: ComputeResources;
  readonly namespace: string;
  readonly scheduleGroup: string;
  readonly oldestRunnable: Duration;
  readonly alarmTopic?: ITopic;
  readonly alarmEmail?: string;
}

/** See this file's head. */
export class Observability extends Construct {
  readonly metrics: AppMetrics;
  /** Absent when nobody is told. */
  readonly topic?: ITopic;
  readonly alarms: Alarms;
  readonly dashboard: Overview;

  constructor(scope: Construct, id: string, props: ObservabilityProps) {
    super(scope, id);
    const { topology, scheduleGroup, oldestRunnable } = props;
    this.metrics = new AppMetrics(props.namespace);
    const topic = props.alarmTopic ?? this.#ownTopic(props.alarmEmail);
    if (topic !== undefined) this.topic = topic;
    this.alarms = new Alarms(this, 'Alarms', {
      topology,
      metrics: this.metrics,
      scheduleGroup,
      oldestRunnable,
      ...(topic !== undefined && { topic }),
    });
    this.dashboard = new Overview(this, 'Overview', {
      topology,
      metrics: this.metrics,
      alarms: this.alarms,
      scheduleGroup,
    });
  }

  #ownTopic(email: string | undefined): ITopic | undefined {
    if (email === undefined) return undefined;
    const topic = new Topic(this, 'Topic', { displayName: 'Millrace', enforceSSL: true });
    topic.addSubscription(new EmailSubscription(email));
    return topic as ITopic;
  }
}
