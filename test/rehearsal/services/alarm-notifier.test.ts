/** Alarms that reach their subscribers, and those that do not. */
import { describe, expect, it } from 'vitest';
import { AccessModel } from '../../../rehearsal/iam/access-model.ts';
import { AlarmNotifier } from '../../../rehearsal/services/alarm-notifier.ts';
import { resolveStack, type TestTemplate } from '../../support/assembly.ts';

const topic = { Type: 'AWS::SNS::Topic', Properties: {} };
const alarm = {
  Type: 'AWS::CloudWatch::Alarm',
  Properties: { AlarmActions: [{ Ref: 'Topic' }] },
};
const email = {
  Type: 'AWS::SNS::Subscription',
  Properties: { Protocol: 'email', Endpoint: 'on-call@example.com', TopicArn: { Ref: 'Topic' } },
};
const channel = {
  Type: 'AWS::Chatbot::SlackChannelConfiguration',
  Properties: { SlackChannelId: 'C07', ConfigurationName: 'x', SnsTopicArns: [{ Ref: 'Topic' }] },
};
const allow = (service: string, action: string, resource: string) => ({
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: service },
      Action: action,
      Resource: { Ref: resource },
    },
  ],
});
const policy = {
  Type: 'AWS::SNS::TopicPolicy',
  Properties: {
    Topics: [{ Ref: 'Topic' }],
    PolicyDocument: allow('cloudwatch.amazonaws.com', 'sns:Publish', 'Topic'),
  },
};

async function setOff(resources: TestTemplate) {
  const resolution = await resolveStack({ Topic: topic, Alarm: alarm, ...resources });
  const notifier = new AlarmNotifier(resolution, new AccessModel(resolution));
  const [found] = resolution.ofType('AWS::CloudWatch::Alarm');
  if (found === undefined) throw new Error('there is no alarm');
  return notifier.setOff(found).map(({ subscribers }) => subscribers.map(({ name }) => name));
}

describe('an alarm that is set off', () => {
  it('an alarm reaches every address and every channel of its topic', async () => {
    const received = await setOff({ Policy: policy, Email: email, Channel: channel });

    expect(received).toEqual([['on-call@example.com', 'channel C07']]);
  });

  it('an alarm whose topic does not let CloudWatch publish reaches no one', async () => {
    await expect(setOff({ Email: email })).rejects.toThrow(
      /Stack\/Alarm notifies no one: .*sns:Publish/,
    );
  });

  it('a topic cannot deliver to a queue whose policy does not let it', async () => {
    const subscription = {
      Type: 'AWS::SNS::Subscription',
      Properties: {
        Protocol: 'sqs',
        Endpoint: { 'Fn::GetAtt': ['Queue', 'Arn'] },
        TopicArn: { Ref: 'Topic' },
      },
    };
    const queue = { Type: 'AWS::SQS::Queue', Properties: {} };

    await expect(
      setOff({ Policy: policy, Queue: queue, Subscription: subscription }),
    ).rejects.toThrow(/Stack\/Subscription notifies no one: .*sqs:SendMessage/);
  });

  it('an alarm of a topic in another stack is its owner’s', async () => {
    const resolution = await resolveStack({
      Alarm: {
        ...alarm,
        Properties: { AlarmActions: ['arn:aws:sns:us-east-1:000000000000:on-call'] },
      },
    });
    const [found] = resolution.ofType('AWS::CloudWatch::Alarm');

    const sent = found && new AlarmNotifier(resolution, new AccessModel(resolution)).setOff(found);

    expect(sent).toEqual([
      { topicArn: 'arn:aws:sns:us-east-1:000000000000:on-call', subscribers: [] },
    ]);
  });
});
