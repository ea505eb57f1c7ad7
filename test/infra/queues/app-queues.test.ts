/** The queues of an app and of its leader. */
import { App, Duration, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Key } from 'aws-cdk-lib/aws-kms';
import { beforeAll, describe, expect, it } from 'vitest';
import { infraDefaults } from '../../../lib/infra/infra-defaults.ts';
import { planQueues } from '../../../lib/infra/queue-plan.ts';
import { AppQueues, type AppQueuesProps } from '../../../lib/infra/queues/app-queues.ts';
import { listResources, type TemplateResource } from '../template.ts';

const plans = planQueues({ critical: 6, default: 3, low: 1 }, {}, 50);
const daySeconds = 24 * 60 * 60;

function synthesize(stack: Stack, props: Partial<AppQueuesProps> = {}): Template {
  new AppQueues(stack, 'Queues', {
    plans,
    queueRetention: infraDefaults.queueRetention,
    deadLetterRetention: infraDefaults.deadLetterRetention,
    ...props,
  });
  return Template.fromStack(stack);
}

describe('AppQueues', () => {
  let template: Template;
  let queues: Map<string, TemplateResource>;
  let deadIds: string[];

  beforeAll(() => {
    template = synthesize(new Stack(new App(), 'Test'));
    queues = new Map(listResources(template, 'AWS::SQS::Queue'));
    deadIds = [...queues.keys()].filter((id) => /dead[\dA-F]{8}$/.test(id));
  });

  it('every queue has a dead-letter queue of its own after 16 receives', () => {
    const live = [...queues].filter(([id]) => !deadIds.includes(id));
    const targets = live.map(([, { Properties }]) => Properties.RedrivePolicy);

    expect(live).toHaveLength(4);
    expect(targets.map(({ maxReceiveCount }) => maxReceiveCount)).toEqual([16, 16, 16, 16]);
    const ids = targets.map(({ deadLetterTargetArn }) => deadLetterTargetArn['Fn::GetAtt'][0]);
    expect(ids.toSorted()).toEqual(deadIds.toSorted());
  });

  it('a dead-letter queue only admits messages of its own queue', () => {
    for (const [id, { Properties }] of queues) {
      if (deadIds.includes(id)) continue;
      const deadId = Properties.RedrivePolicy.deadLetterTargetArn['Fn::GetAtt'][0];
      const allowed = queues.get(deadId)?.Properties.RedriveAllowPolicy;

      expect(allowed.redrivePermission).toBe('byQueue');
      expect(allowed.sourceQueueArns).toHaveLength(1);
      expect(JSON.stringify(allowed.sourceQueueArns)).toContain(`:${Properties.QueueName}"`);
    }
  });

  it('dead letters are kept longer than the messages of a queue', () => {
    for (const [id, { Properties }] of queues) {
      const days = deadIds.includes(id) ? 14 : 4;

      expect(Properties.MessageRetentionPeriod).toBe(days * daySeconds);
    }
  });

  it('every queue denies calls without TLS', () => {
    const policies = listResources(template, 'AWS::SQS::QueuePolicy');
    const denied = policies.flatMap(([, { Properties }]) => {
      expect(Properties.PolicyDocument.Statement).toEqual([
        expect.objectContaining({
          Effect: 'Deny',
          Action: 'sqs:*',
          Principal: { AWS: '*' },
          Condition: { Bool: { 'aws:SecureTransport': 'false' } },
        }),
      ]);
      return Properties.Queues.map((queue: { Ref: string }) => queue.Ref);
    });

    expect(denied.toSorted()).toEqual([...queues.keys()].toSorted());
  });

  it('every queue is encrypted and accepts messages of 1 MiB', () => {
    for (const { Properties } of queues.values()) {
      expect(Properties).toMatchObject({
        SqsManagedSseEnabled: true,
        MaximumMessageSize: 1_048_576,
      });
    }
  });

  it('messages are invisible for six timeouts of their function plus the batching window', () => {
    const visibility = Object.fromEntries(
      [...queues].map(([id, { Properties }]) => [id.slice(0, -8), Properties.VisibilityTimeout]),
    );

    expect(visibility).toMatchObject({
      QueuesQueuecritical: 6 * 120,
      QueuesQueuelow: 6 * 120 + 5,
      QueuesQueuelowdead: 6 * 60 + 5,
      QueuesLeader: 6 * 120,
    });
  });

  it('queues are deleted with their stack, because their content is in the database', () => {
    for (const queue of queues.values()) expect(queue.DeletionPolicy).toBe('Delete');
  });

  it('an encryption key encrypts every queue', () => {
    const stack = new Stack(new App(), 'Test');
    const encryptionKey = new Key(stack, 'Key');

    const encrypted = listResources(synthesize(stack, { encryptionKey }), 'AWS::SQS::Queue');

    for (const [, { Properties }] of encrypted) {
      expect(Properties.SqsManagedSseEnabled).toBeUndefined();
      expect(JSON.stringify(Properties.KmsMasterKeyId)).toContain('Key');
    }
  });

  it('overrides apply to queues and to dead-letter queues separately', () => {
    const overridden = synthesize(new Stack(new App(), 'Test'), {
      queueProps: { deliveryDelay: Duration.seconds(1) },
      deadLetterQueueProps: { deliveryDelay: Duration.seconds(2) },
    });

    for (const [id, { Properties }] of listResources(overridden, 'AWS::SQS::Queue')) {
      expect(Properties.DelaySeconds).toBe(deadIds.includes(id) ? 2 : 1);
    }
  });
});
