/** Props that AWS would refuse in the middle of a deploy, or that would lose or repeat work. */
import { App, Duration, Stack } from 'aws-cdk-lib';
import { AuroraPostgresEngineVersion, DatabaseCluster } from 'aws-cdk-lib/aws-rds';
import { describe, expect, it } from 'vitest';
import type { AppDescription } from '../../../lib/config/app-description.ts';
import { checkProps } from '../../../lib/infra/checks/check-props.ts';
import type { MillraceProps } from '../../../lib/infra/millrace-props.ts';
import { planQueues } from '../../../lib/infra/queue-plan.ts';

const app: AppDescription = {
  configFile: '/app/millrace.config.ts',
  queues: { critical: 6, default: 3, low: 1 },
  machines: [],
  batches: [{ name: 'nightly', machine: 'order', sourceFile: null, sourceKey: null }],
};

describe('checkProps', () => {
  const check = (props: Partial<MillraceProps>) => () =>
    checkProps({ app, ...props }, planQueues(app.queues, props.queueOptions ?? {}, 50));

  it('all props but the app are optional', () => {
    expect(check({})).not.toThrow();
  });

  it.each<[string, Partial<MillraceProps>, string]>([
    [
      'an unknown queue in queueOptions',
      { queueOptions: { urgent: {} } },
      'queueOptions.urgent: expected one of',
    ],
    [
      'an unknown batch in triggers',
      { triggers: { hourly: {} } },
      'triggers.hourly: expected one of nightly',
    ],
    [
      'a batch size over 10 without a window',
      { queueOptions: { low: { batchSize: 50, window: Duration.seconds(0) } } },
      'batches of 50 need a window of 1 s or more',
    ],
    [
      'a timeout over the maximum of Lambda',
      { queueOptions: { low: { timeout: Duration.minutes(16) } } },
      'expected 10 s to 15 minutes, found 960 s',
    ],
    [
      'a visibility timeout shorter than the work',
      { queueProps: { visibilityTimeout: Duration.seconds(30) } },
      'the worker of critical needs 720 s',
    ],
    [
      'less reserved concurrency than event sources use',
      { functionProps: { reservedConcurrentExecutions: 4 } },
      'the mappings of the worker of critical run up to 30 at once, found 4',
    ],
    [
      'dead letters that are kept shorter than messages',
      { deadLetterRetention: Duration.days(2) },
      'expected more than queueRetention (4 days)',
    ],
    [
      'an engine version that cannot pause',
      { engineVersion: AuroraPostgresEngineVersion.VER_16_2 },
      'Aurora PostgreSQL 16.2 cannot pause',
    ],
    [
      'a minimum capacity over the maximum',
      { minCapacity: 4, maxCapacity: 2 },
      'at most maxCapacity (2)',
    ],
    [
      'a cron schedule of five fields',
      { triggers: { nightly: { schedule: 'cron(0 6 * * *)' } } },
      'found 5 fields',
    ],
    [
      'a cron schedule with an invalid hour',
      { triggers: { nightly: { schedule: 'cron(0 25 * * ? *)' } } },
      "invalid hours in 'cron(0 25 * * ? *)'",
    ],
    [
      'a cron schedule with both kinds of day',
      { triggers: { nightly: { schedule: 'cron(0 6 1 * 2 *)' } } },
      'exactly one of day of month and day of week must be ?',
    ],
    [
      'a rate schedule in seconds',
      { triggers: { nightly: { schedule: 'rate(30 seconds)' } } },
      "found 'rate(30 seconds)'",
    ],
    [
      'an invalid time zone',
      { triggers: { nightly: { schedule: 'rate(1 day)', timeZone: 'Berlin' } } },
      'expected a name like Europe/Berlin',
    ],
    [
      'a batch size of 0',
      { queueOptions: { low: { batchSize: 0 } } },
      'queueOptions.low.batchSize: expected 1 to 10,000, found 0',
    ],
    [
      'a window over 300 s',
      { queueOptions: { low: { window: Duration.seconds(301) } } },
      'queueOptions.low.window: expected 0 to 300 whole seconds, found 301 s',
    ],
    [
      'a maximum concurrency of 1',
      { queueOptions: { low: { maxConcurrency: 1 } } },
      'queueOptions.low.maxConcurrency: expected 2 to 1,000, found 1',
    ],
    [
      'a memory size below the minimum of Lambda',
      { queueOptions: { low: { memorySize: 64 } } },
      'queueOptions.low.memorySize: expected 128 to 10,240 MB, found 64',
    ],
    [
      'a capacity that is not in halves',
      { minCapacity: 0.3 },
      'minCapacity: expected 0 to 256 in halves, found 0.3',
    ],
    [
      'a maximum capacity below 1',
      { maxCapacity: 0.5 },
      'maxCapacity: expected 1 to 256 in halves, found 0.5',
    ],
    [
      'a pause after less than five minutes',
      { autoPause: Duration.minutes(4) },
      'autoPause: expected 5 minutes to a day, found 240 s',
    ],
    [
      'dead letters that are kept over 14 days',
      { deadLetterRetention: Duration.days(15) },
      'deadLetterRetention: expected at most 14 days, found 15 days',
    ],
  ])('props with %s are refused', (_, props, message) => {
    expect(check(props)).toThrow(message);
  });

  it('every problem of the props is reported at once', () => {
    const problems = { minCapacity: -1, autoPause: Duration.seconds(10) };

    expect(check(problems)).toThrow(/minCapacity: .*\n.*autoPause: /);
  });

  it('the capacity of an existing cluster is not checked', () => {
    const stack = new Stack(new App(), 'Test');
    const cluster = DatabaseCluster.fromDatabaseClusterAttributes(stack, 'Cluster', {
      clusterIdentifier: 'orders',
    });

    expect(check({ cluster, minCapacity: -1 })).not.toThrow();
  });

  it('a step of a cron schedule may be below the minimum of its field', () => {
    expect(check({ triggers: { nightly: { schedule: 'cron(0/5 * 1/0 * ? *)' } } })).not.toThrow();
  });
});
