/** The alarms of an app, their topic, and its dashboard. */
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AppDescription } from '../../../lib/config/app-description.ts';
import { metricDimensions, metricNames } from '../../../lib/config/metric-names.ts';
import { findResource, listResources, type TemplateResource } from '../template.ts';
import { createTestTopology } from '../test-topology.ts';

const app: AppDescription = {
  configFile: '/app/millrace.config.ts',
  queues: { critical: 2, low: 1 },
  machines: [],
  batches: [],
};

describe('Observability', () => {
  let template: Template;
  /** Alarms by the id of their construct. */
  let alarms: Record<string, TemplateResource>;

  beforeAll(() => {
    const stack = new Stack(new App(), 'Test');
    createTestTopology(stack, {
      app,
      alarms: { emails: ['on-call@example.com'] },
      oldestRunnable: Duration.minutes(10),
    });
    template = Template.fromStack(stack);
    const prefix = 'MillraceObservabilityAlarms'.length;
    alarms = Object.fromEntries(
      listResources(template, 'AWS::CloudWatch::Alarm').map(([id, alarm]) => [
        id.slice(prefix, -8),
        alarm,
      ]),
    );
  });

  it('alarms have these thresholds, datapoints and periods', () => {
    const conditions = Object.entries(alarms).map(([id, { Properties }]) => [
      id,
      [Properties.Threshold, Properties.DatapointsToAlarm, Properties.EvaluationPeriods],
    ]);

    expect(Object.fromEntries(conditions)).toEqual({
      DatabaseCapacity: [90, 12, 15],
      DeadLetterscritical: [0, 1, 1],
      DeadLetterslow: [0, 1, 1],
      Deadcritical: [0, 1, 1],
      Deadleader: [0, 1, 1],
      Deadlow: [0, 1, 1],
      Durationworkercritical: [96_000, 2, 3],
      Durationworkerlow: [96_000, 2, 3],
      Errorsapi: [0, 2, 3],
      Errorsarchiver: [0, 2, 3],
      Errorsleader: [0, 2, 3],
      Errorsworkercritical: [0, 2, 3],
      Errorsworkerlow: [0, 2, 3],
      Failures: [0, 1, 1],
      LeaderSilent: [0, 10, 10],
      OldestRunnablecritical: [600, 3, 5],
      OldestRunnablelow: [600, 3, 5],
      ScheduleInvocationDroppedCount: [0, 1, 1],
      ScheduleTargetErrorCount: [0, 1, 1],
      Throttlesworkercritical: [0, 3, 3],
      Throttlesworkerlow: [0, 3, 3],
      Undelivered: [0, 1, 1],
    });
  });

  it('an idle app breaches no alarm', () => {
    for (const { Properties } of Object.values(alarms)) {
      expect(Properties).toMatchObject({
        ComparisonOperator: 'GreaterThanThreshold',
        TreatMissingData: 'notBreaching',
      });
    }
  });

  it('the description of every alarm says what it means and what to check', () => {
    for (const { Properties } of Object.values(alarms)) {
      expect(Properties.AlarmDescription).toMatch(/^Millrace: .+: .+/);
    }
  });

  it('every alarm notifies the topic when it starts and when it ends', () => {
    const [[topicId = ''] = []] = listResources(template, 'AWS::SNS::Topic');

    for (const { Properties } of Object.values(alarms)) {
      expect(Properties.AlarmActions).toEqual([{ Ref: topicId }]);
      expect(Properties.OKActions).toEqual([{ Ref: topicId }]);
    }
    expect(findResource(template, 'AWS::SNS::Subscription').Properties).toMatchObject({
      Protocol: 'email',
      Endpoint: 'on-call@example.com',
    });
  });

  it('CloudWatch of the same account may publish to the topic of alarms', () => {
    const { PolicyDocument } = findResource(template, 'AWS::SNS::TopicPolicy').Properties;

    expect(PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({
        Effect: 'Allow',
        Principal: { Service: 'cloudwatch.amazonaws.com' },
        Action: 'sns:Publish',
        Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } },
      }),
    );
  });

  it('an encryption key encrypts the topic of alarms, and CloudWatch may use it', () => {
    const stack = new Stack(new App(), 'Encrypted');
    const encryptionKey = new Key(stack, 'Key');
    createTestTopology(stack, { app, alarms: { emails: ['a@example.com'] }, encryptionKey });
    const encrypted = Template.fromStack(stack);

    const topic = findResource(encrypted, 'AWS::SNS::Topic').Properties;
    expect(JSON.stringify(topic.KmsMasterKeyId)).toContain('Key');
    const key = JSON.stringify(findResource(encrypted, 'AWS::KMS::Key').Properties.KeyPolicy);
    expect(key).toContain('cloudwatch.amazonaws.com');
  });

  it('alarms notify an existing topic, and channels of Slack and Teams', () => {
    const stack = new Stack(new App(), 'Chat');
    const arn = 'arn:aws:sns:eu-central-1:123456789012:on-call';
    createTestTopology(stack, {
      app,
      alarms: {
        topic: Topic.fromTopicArn(stack, 'OnCall', arn),
        slack: { workspaceId: 'T07EA123LEP', channelId: 'C07EZ1ABC23' },
        teams: { tenantId: 'tenant', teamId: 'team', channelId: 'channel' },
      },
    });
    const chat = Template.fromStack(stack);

    chat.resourceCountIs('AWS::SNS::Topic', 0);
    for (const [, { Properties }] of listResources(chat, 'AWS::CloudWatch::Alarm')) {
      expect(Properties.AlarmActions).toEqual([arn]);
    }
    for (const kind of ['SlackChannel', 'MicrosoftTeamsChannel']) {
      const { Properties } = findResource(chat, `AWS::Chatbot::${kind}Configuration`);
      expect(Properties.SnsTopicArns).toEqual([arn]);
      expect(JSON.stringify(Properties.GuardrailPolicies)).toContain('CloudWatchReadOnlyAccess');
    }
  });

  it('the topic of alarms requires TLS', () => {
    const policy = JSON.stringify(findResource(template, 'AWS::SNS::TopicPolicy').Properties);

    expect(policy).toContain('"aws:SecureTransport":"false"');
  });

  it('alarms of the app watch metrics that functions report, with their dimensions', () => {
    const own = Object.values(alarms)
      .flatMap(({ Properties }) => Properties.Metrics ?? [])
      .map(({ MetricStat }) => MetricStat?.Metric)
      .filter((metric) => metric !== undefined && !metric.Namespace.startsWith('AWS/'));

    expect(own).toHaveLength(4);
    for (const { MetricName, Dimensions } of own) {
      expect(Object.values(metricNames)).toContain(MetricName);
      const names: string[] = Dimensions.map(({ Name }: { Name: string }) => Name);
      expect(Object.values(metricDimensions)).toEqual(expect.arrayContaining(names));
    }
  });

  it('an alarm watches each queue of undeliverable messages', () => {
    const watched = JSON.stringify(Object.values(alarms));
    const kept = listResources(template, 'AWS::SQS::Queue').filter(([id]) =>
      /dead|Failures|Undelivered/.test(id),
    );

    expect(kept).toHaveLength(5);
    for (const [id] of kept) expect(watched).toContain(`"Fn::GetAtt":["${id}","QueueName"]`);
  });

  it('the dashboard shows every alarm and the age of the oldest runnable execution', () => {
    const body = JSON.stringify(findResource(template, 'AWS::CloudWatch::Dashboard').Properties);
    const alarmIds = listResources(template, 'AWS::CloudWatch::Alarm').map(([id]) => id);

    for (const id of alarmIds) expect(body).toContain(id);
    expect(body).toContain('millrace_queue_oldest_seconds');
  });

  it('an app without an address for alarms has no topic', () => {
    const stack = new Stack(new App(), 'Quiet');
    createTestTopology(stack, { app });
    const quiet = Template.fromStack(stack);

    quiet.resourceCountIs('AWS::SNS::Topic', 0);
    for (const [, { Properties }] of listResources(quiet, 'AWS::CloudWatch::Alarm')) {
      expect(Properties.AlarmActions).toBeUndefined();
    }
  });
});
