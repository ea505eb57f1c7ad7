import { Duration } from 'aws-cdk-lib';
import { type EventPattern, type IEventBus, Match, Rule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { Policy, PolicyStatement, type Role } from 'aws-cdk-lib/aws-iam';
import type { IKey } from 'aws-cdk-lib/aws-kms';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import type { IBucket } from 'aws-cdk-lib/aws-s3';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct, type IDependable } from 'constructs';
import type { BatchDescription } from '../../config/app-description.ts';
import {
  batchScheduleName,
  eventTypes,
  type LeaderRequest,
  scheduledTime,
} from '../../config/event-names.ts';
import { useKey } from '../compute/policies.ts';
import { baseQueueProps } from '../queues/app-queues.ts';
import type { ScheduleNames } from './schedule-names.ts';

/** Props of {@link Schedules}. */
export interface SchedulesProps {
  readonly names: ScheduleNames;
  readonly leader: IFunction;
  /** The role in which schedules invoke the leader. */
  readonly role: Role;
  readonly batches: readonly BatchDescription[];
  readonly bus: IEventBus;
  readonly bucket: IBucket;
  readonly encryptionKey?: IKey;
  /** What must exist before the first invocation: the schema of the database. */
  readonly after: IDependable;
}

/** How long AWS retries to invoke the leader: a late batch is useful, a late tick is not. */
const tickAge = Duration.minutes(1);
const batchAge = Duration.hours(6);

/**
 * Everything that invokes the leader: the leader schedule, the schedules of batches, requests on
 * the event bus, and new objects. A queue keeps what could not be delivered.
 */
export class Schedules extends Construct {
  readonly group: CfnScheduleGroup;
  /** Keeps what a schedule or a rule could not deliver. */
  readonly undelivered: Queue;
  /** Invokes the leader every minute; the leader turns it off when there is no work. */
  readonly leaderSchedule: CfnSchedule;
  /** Schedules by batch. */
  readonly batches: ReadonlyMap<string, CfnSchedule>;
  /** Delivers the requests of batches on the event bus. */
  readonly requests: Rule;
  /** Rules for new objects, by batch. */
  readonly objects: ReadonlyMap<string, Rule>;
  readonly #props: SchedulesProps;
  readonly #policy: Policy;

  constructor(scope: Construct, id: string, props: SchedulesProps) {
    super(scope, id);
    this.#props = props;
    this.group = new CfnScheduleGroup(this, 'Group', { name: props.names.group });
    this.undelivered = new Queue(this, 'Undelivered', {
      ...baseQueueProps(props.encryptionKey),
      retentionPeriod: Duration.days(14),
    });
    this.#policy = this.#allowInvocations();
    this.leaderSchedule = this.#createLeaderSchedule();
    this.batches = this.#scheduleBatches();
    this.requests = this.#createRule('Requests', 'a batch is requested', props.bus, {
      detailType: [eventTypes.batchRequested],
    });
    this.objects = this.#watchObjects();
  }

  #allowInvocations(): Policy {
    const { leader, role, encryptionKey } = this.#props;
    return new Policy(this, 'Calls', {
      roles: [role],
      statements: [
        new PolicyStatement({
          actions: ['lambda:InvokeFunction'],
          resources: [leader.functionArn],
        }),
        new PolicyStatement({
          actions: ['sqs:SendMessage'],
          resources: [this.undelivered.queueArn],
        }),
        ...(encryptionKey === undefined ? [] : [useKey(encryptionKey)]),
      ],
    });
  }

  #createLeaderSchedule(): CfnSchedule {
    return this.#create('Sweep', {
      name: this.#props.names.leader,
      description: 'Millrace: invokes the leader once a minute while there is work',
      expression: 'rate(1 minute)',
      request: { kind: 'tick' },
      age: tickAge,
    });
  }

  #scheduleBatches(): Map<string, CfnSchedule> {
    const schedules = new Map<string, CfnSchedule>();
    for (const { name, schedule, timeZone } of this.#props.batches) {
      if (schedule === undefined) continue;
      const request: LeaderRequest = { kind: 'batch', batch: name, id: scheduledTime };
      const created = this.#create(`Batch-${name}`, {
        name: batchScheduleName(name),
        description: `Millrace: starts the batch ${name}`,
        expression: schedule,
        ...(timeZone !== undefined && { timeZone }),
        request,
        age: batchAge,
      });
      schedules.set(name, created);
    }
    return schedules;
  }

  #create(id: string, { name, description, expression, timeZone, request, age }: NewSchedule) {
    const { leader, role, after } = this.#props;
    const schedule = new CfnSchedule(this, id, {
      ...(name !== undefined && { name }),
      description,
      groupName: this.group.ref,
      scheduleExpression: expression,
      ...(timeZone !== undefined && { scheduleExpressionTimezone: timeZone }),
      flexibleTimeWindow: { mode: 'OFF' },
      state: 'ENABLED',
      target: {
        arn: leader.functionArn,
        roleArn: role.roleArn,
        input: JSON.stringify(request),
        deadLetterConfig: { arn: this.undelivered.queueArn },
        retryPolicy: {
          maximumEventAgeInSeconds: age.toSeconds(),
          maximumRetryAttempts: age.toMinutes() > 1 ? 10 : 0,
        },
      },
    });
    schedule.node.addDependency(this.#policy, after);
    return schedule;
  }

  #watchObjects(): Map<string, Rule> {
    const rules = new Map<string, Rule>();
    for (const { name, onObject } of this.#props.batches) {
      if (onObject === undefined) continue;
      const rule = this.#createRule(
        `Objects-${name}`,
        `a new object for the batch ${name}`,
        undefined,
        {
          source: ['aws.s3'],
          detailType: ['Object Created'],
          detail: {
            bucket: { name: [this.#props.bucket.bucketName] },
            ...keyPattern(onObject),
          },
        },
      );
      rules.set(name, rule);
    }
    return rules;
  }

  /** @param bus @default the default bus of the account, on which S3 publishes events */
  #createRule(id: string, when: string, bus: IEventBus | undefined, pattern: EventPattern): Rule {
    const { leader, after } = this.#props;
    const rule = new Rule(this, id, {
      description: `Millrace: ${when}`,
      ...(bus !== undefined && { eventBus: bus }),
      eventPattern: pattern,
      targets: [
        new LambdaFunction(leader, {
          deadLetterQueue: this.undelivered,
          maxEventAge: batchAge,
          retryAttempts: 10,
        }),
      ],
    });
    rule.node.addDependency(after);
    return rule;
  }
}

interface NewSchedule {
  readonly name?: string;
  readonly description: string;
  readonly expression: string;
  readonly timeZone?: string;
  readonly request: LeaderRequest;
  readonly age: Duration;
}

/** A rule matches any of several conditions on a key, so one wildcard combines both. */
function keyPattern({ prefix = '', suffix = '' }: NonNullable<BatchDescription['onObject']>) {
  if (prefix === '' && suffix === '') return {};
  const literal = (text: string) => text.replace(/[*\\]/g, '\\$&');
  return { object: { key: Match.wildcard(`${literal(prefix)}*${literal(suffix)}`) } };
}
