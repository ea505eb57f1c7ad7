import { Stack } from 'aws-cdk-lib';
import {
  CfnMicrosoftTeamsChannelConfiguration,
  CfnSlackChannelConfiguration,
} from 'aws-cdk-lib/aws-chatbot';
import { ManagedPolicy, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import { type ITopic, type Subscription, Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import type { SlackChannel, TeamsChannel } from '../../config/deployment-config.ts';
import { physicalName } from '../physical-name.ts';

/** Whom alarms notify. */
export interface AlarmTargets {
  /** @default a new topic if there is any other target */
  readonly topic?: ITopic;
  readonly emails?: readonly string[];
  readonly slack?: SlackChannel;
  readonly teams?: TeamsChannel;
}

/** Props of {@link AlarmTopic}. */
export interface AlarmTopicProps extends AlarmTargets {
  /** Key that encrypts a new topic. @default not encrypted */
  readonly encryptionKey?: IKey;
}

/** The topic that alarms publish to, and its subscribers. */
export class AlarmTopic extends Construct {
  readonly topic: ITopic;
  readonly subscriptions: readonly Subscription[];

  constructor(scope: Construct, id: string, props: AlarmTopicProps) {
    super(scope, id);
    const { topic, emails = [], slack, teams } = props;
    this.topic = topic ?? this.#createTopic(props.encryptionKey);
    this.subscriptions = emails.map((email) =>
      this.topic.addSubscription(new EmailSubscription(email)),
    );
    if (slack !== undefined) this.#notifySlack(slack);
    if (teams !== undefined) this.#notifyTeams(teams);
  }

  /** A policy of its own replaces the one by which the account's services may publish. */
  #createTopic(encryptionKey: IKey | undefined): ITopic {
    const topic = new Topic(this, 'Topic', {
      displayName: 'Millrace',
      enforceSSL: true,
      ...(encryptionKey !== undefined && { masterKey: encryptionKey }),
    });
    topic.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [topic.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
    );
    return topic as ITopic;
  }

  #notifySlack({ workspaceId, channelId }: SlackChannel): void {
    new CfnSlackChannelConfiguration(this, 'Slack', {
      ...this.#chatProps('slack'),
      slackWorkspaceId: workspaceId,
      slackChannelId: channelId,
    });
  }

  #notifyTeams({ tenantId, teamId, channelId }: TeamsChannel): void {
    new CfnMicrosoftTeamsChannelConfiguration(this, 'Teams', {
      ...this.#chatProps('teams'),
      teamsTenantId: tenantId,
      teamId,
      teamsChannelId: channelId,
    });
  }

  /** The role may do nothing: no one commands AWS from the channel. */
  #chatProps(kind: string) {
    const role = new Role(this, `${kind}-role`, {
      description: 'Millrace: shows alarms in a channel',
      assumedBy: new ServicePrincipal('chatbot.amazonaws.com'),
    });
    const guardrail = ManagedPolicy.fromAwsManagedPolicyName('CloudWatchReadOnlyAccess');
    return {
      configurationName: physicalName(this, 64, kind),
      iamRoleArn: role.roleArn,
      snsTopicArns: [this.topic.topicArn],
      // Without one, the service allows what an administrator may.
      guardrailPolicies: [guardrail.managedPolicyArn],
    };
  }
}
