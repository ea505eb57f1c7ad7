import { MillraceError } from '../../lib/errors.ts';
import { findEncryptionKeys, findKeyPermissions } from '../aws-proxy/encryption-keys.ts';
import type { AccessModel } from '../iam/access-model.ts';
import type { AccessRequest } from '../iam/evaluate.ts';
import type { Resource } from '../template/assembly.ts';
import type { Resolution } from '../template/resolution.ts';

/** A notification that an alarm has sent. */
export interface AlarmNotification {
  /** The topic of the templates; undefined for one of another stack. */
  readonly topic?: Resource;
  readonly topicArn: string;
  /** Who has received it: an address, a channel, the ARN of a function or a queue. */
  readonly subscribers: readonly Subscriber[];
}

/** Who receives what is published to a topic. */
export interface Subscriber {
  /** The resource that subscribes it. */
  readonly resource: Resource;
  readonly name: string;
}

/** Resources that show in a channel what topics publish, and the property of the channel. */
const channelProperties: ReadonlyMap<string, string> = new Map([
  ['AWS::Chatbot::SlackChannelConfiguration', 'SlackChannelId'],
  ['AWS::Chatbot::MicrosoftTeamsChannelConfiguration', 'TeamsChannelId'],
]);

/** What a topic needs to deliver to a subscriber, by the protocol of the subscription. */
const deliveryActions: ReadonlyMap<string, string> = new Map([
  ['lambda', 'lambda:InvokeFunction'],
  ['sqs', 'sqs:SendMessage'],
]);

/** Sets off alarms, and follows each notification through its topic to the subscribers. */
export class AlarmNotifier {
  readonly #resolution: Resolution;
  readonly #access: AccessModel;

  constructor(resolution: Resolution, access: AccessModel) {
    this.#resolution = resolution;
    this.#access = access;
  }

  /**
   * Sets an alarm off: CloudWatch publishes to its topics, and each topic delivers.
   * @throws CONFLICT when a policy denies a step on the way
   */
  setOff(alarm: Resource): AlarmNotification[] {
    const { AlarmActions } = this.#resolution.propertiesOf(alarm);
    const topics = (Array.isArray(AlarmActions) ? AlarmActions : [])
      .map(String)
      .filter((arn) => arn.split(':')[2] === 'sns');
    return topics.map((topicArn) => {
      const topic = this.#resolution.find('AWS::SNS::Topic', topicArn);
      if (topic === undefined) return { topicArn, subscribers: [] };
      this.#require(alarm, {
        principal: { kind: 'service', service: 'cloudwatch.amazonaws.com' },
        action: 'sns:Publish',
        resource: topicArn,
        context: this.#from(this.#resolution.nameOf(alarm).attributes.Arn ?? ''),
      });
      return { topic, topicArn, subscribers: this.#deliver(topicArn) };
    });
  }

  #deliver(topicArn: string): Subscriber[] {
    const subscribed = this.#resolution.ofType('AWS::SNS::Subscription').flatMap((resource) => {
      const { TopicArn, Protocol, Endpoint } = this.#resolution.propertiesOf(resource);
      if (TopicArn !== topicArn) return [];
      const name = String(Endpoint);
      const action = deliveryActions.get(String(Protocol));
      if (action !== undefined) {
        this.#require(resource, {
          principal: { kind: 'service', service: 'sns.amazonaws.com' },
          action,
          resource: name,
          context: this.#from(topicArn),
        });
      }
      return [{ resource, name }];
    });
    const channels = [...channelProperties].flatMap(([type, property]) =>
      this.#resolution.ofType(type).flatMap((resource) => {
        const properties = this.#resolution.propertiesOf(resource);
        const { SnsTopicArns: topics } = properties;
        const isSubscribed = Array.isArray(topics) && topics.includes(topicArn);
        return isSubscribed ? [{ resource, name: `channel ${String(properties[property])}` }] : [];
      }),
    );
    return [...subscribed, ...channels];
  }

  /** Throws when a policy denies the request, or a use of the key of what it is about. */
  #require(resource: Resource, request: AccessRequest): void {
    const onKey = findKeyPermissions(request, findEncryptionKeys(this.#resolution)).map(
      ({ context, ...permission }) => ({
        ...request,
        ...permission,
        context: { ...request.context, ...context },
      }),
    );
    for (const each of [request, ...onKey]) {
      const decision = this.#access.decide(each);
      if (decision.allowed) continue;
      throw new MillraceError('CONFLICT', `${resource.id} notifies no one: ${decision.message}`);
    }
  }

  #from(arn: string): Readonly<Record<string, string>> {
    return {
      'aws:SourceArn': arn,
      'aws:SourceAccount': this.#resolution.environment.account,
    };
  }
}
