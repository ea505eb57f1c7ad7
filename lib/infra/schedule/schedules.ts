/**
 * What sets the leader to work: the sweep's schedule, one schedule for each batch that has one, the
 * bus's requests, and new objects. What cannot be delivered is kept in a queue.
 */
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
import { eventTypes, type LeaderRequest, scheduledTime } from '../../config/event-names.ts';
import { useKey } from '../compute/policies.ts';
import { sharedProps } from '../queues/app-queues.ts';
import type { ScheduleNames } from './schedule-names.ts';

/** Who is called, and when. */
export interface SchedulesProps {
  readonly names: ScheduleNames;
  readonly leader: IFunction;
  /** What schedules call the leader as. */
  readonly role: Role;
  readonly batches: readonly BatchDescription[];
  readonly bus: IEventBus;
  readonly bucket: IBucket;
  readonly encryptionKey?: IKey;
  /** What must be there before the first call: the database's schema. */
  readonly after: IDependable;
}

/** How long AWS tries to call the leader: a tick that is late is of no use, a batch is. */
const tickAge = Duration.minutes(1);
const batchAge = Duration.hours(6);

/** See this file's head. */
export class Schedules extends Construct {
  readonly group: CfnScheduleGroup;
  /** What a schedule or a rule could not deliver. */
  readonly undelivered: Queue;
  /** Calls the leader every minute; the leader turns it off when there is nothing to do. */
  readonly sweep: CfnSchedule;
  /** By batch. */
  readonly batches: ReadonlyMap<string, CfnSchedule>;
  /** Batches that the bus asks for. */
  readonly requests: Rule;
  /** By batch. */
  readonly objects: ReadonlyMap<string, Rule>;
  readonly #props: SchedulesProps;
  readonly #policy: Policy;

  constructor(scope: Construct, id: string, props: SchedulesProps) {
    super(scope, id);
    this.#props = props;
    this.group = new CfnScheduleGroup(this, 'Group', { name: props.names.group });
    this.undelivered = new Queue(this, 'Undelivered', {
      ...sharedProps(props.encryptionKey),
      retentionPeriod: Duration.days(14),
    });
    this.#policy = this.#allowCalls();
    this.sweep = this.#createSweep();
    this.batches = this.#scheduleBatches();
    this.requests = this.#createRule('Requests', 'a batch is asked for', props.bus, {
      detailType: [eventTypes.batchRequested],
    });
    this.objects = this.#watchObjects();
  }

  #allowCalls(): Policy {
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

  #createSweep(): CfnSchedule {
    return this.#create('Sweep', {
      name: this.#props.names.sweep,
      description: 'Millrace: looks after everything once a minute, while there is work',
      expression: 'rate(1 minute)',
      order: { kind: 'tick' },
      age: tickAge,
    });
  }

  #scheduleBatches(): Map<string, CfnSchedule> {
    const schedules = new Map<string, CfnSchedule>();
    for (const { name, schedule, timeZone } of this.#props.batches) {
      if (schedule === undefined) continue;
      const order: LeaderRequest = { kind: 'batch', batch: name, id: scheduledTime };
      const made = this.#create(`Batch-${name}`, {
        description: `Millrace: starts the batch ${name}`,
        expression: schedule,
        ...(timeZone !== undefined && { timeZone }),
        order,
        age: batchAge,
      });
      schedules.set(name, made);
    }
    return schedules;
  }

  #create(id: string, { name, description, expression, timeZone, order, age }: NewSchedule) {
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
        input: JSON.stringify(order),
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
        `an object for the batch ${name}`,
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

  /** S3 tells the account's own bus, which is the one that is not named. */
  #createRule(id: string, what: string, bus: IEventBus | undefined, pattern: EventPattern): Rule {
    const { leader, after } = this.#props;
    const rule = new Rule(this, id, {
      description: `Millrace: ${what}`,
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
  readonly order: LeaderRequest;
  readonly age: Duration;
}

/** Two conditions on one key are either-or to a rule; one wildcard is both. */
function keyPattern({ prefix = '', suffix = '' }: NonNullable<BatchDescription['onObject']>) {
  if (prefix === '' && suffix === '') return {};
  const literal = (text: string) => text.replace(/[*\\]/g, '\\$&');
  return { object: { key: Match.wildcard(`${literal(prefix)}*${literal(suffix)}`) } };
}
