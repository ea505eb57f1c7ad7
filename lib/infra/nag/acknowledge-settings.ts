import { Validations } from 'aws-cdk-lib';
import { Database } from '../data/database.ts';
import { isProtected } from '../data/database-props.ts';
import type { MillraceProps } from '../millrace-props.ts';
import type { Topology } from '../topology.ts';
import { acknowledgeWildcards } from './acknowledge-wildcards.ts';

/**
 * Acknowledges the findings of cdk-nag about what the props ask for: alarms by email, a database
 * without protection, and wildcards in the policies of Tasks that have a reason.
 */
export function acknowledgeSettings(
  { data, compute, observability }: Topology,
  props: MillraceProps,
): void {
  for (const subscription of observability.topic?.subscriptions ?? []) {
    Validations.of(subscription).acknowledge({
      id: 'Serverless-SNSRedrivePolicy',
      reason: 'SNS sends an email again for hours; the alarm stays visible in the dashboard.',
    });
  }
  if (!isProtected(props) && data.database instanceof Database) {
    Validations.of(data.database.cluster).acknowledge({
      id: 'AwsSolutions-RDS10',
      reason: 'The owner has turned the protection off, in order to delete the database.',
    });
  }
  const running = [...compute.workers.values(), compute.stepFunctions];
  for (const tasks of running.map((each) => each?.tasks)) {
    if (tasks === undefined) continue;
    for (const [wildcard, reason] of Object.entries(props.taskWildcards ?? {})) {
      acknowledgeWildcards(tasks, [wildcard], reason);
    }
  }
}
