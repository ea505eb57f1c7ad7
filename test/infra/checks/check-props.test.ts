/** What AWS would refuse in the middle of a deploy is refused before it. */
import { Duration } from 'aws-cdk-lib';
import { AuroraPostgresEngineVersion } from 'aws-cdk-lib/aws-rds';
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

describe('Props', () => {
  const check = (props: Partial<MillraceProps>) => () =>
    checkProps({ app, ...props }, planQueues(app.queues, props.queueOptions ?? {}, 50));

  it('may all be left out', () => {
    expect(check({})).not.toThrow();
  });

  it.each<[string, Partial<MillraceProps>, string]>([
    ['an unknown queue', { queueOptions: { urgent: {} } }, 'queueOptions.urgent: expected one of'],
    ['an unknown batch', { triggers: { hourly: {} } }, 'triggers.hourly: expected one of nightly'],
    [
      'large batches without a window',
      { queueOptions: { low: { batchSize: 50, window: Duration.seconds(0) } } },
      'batches of 50 need a window of 1 s or more',
    ],
    [
      'a timeout beyond what Lambda has',
      { queueOptions: { low: { timeout: Duration.minutes(16) } } },
      'expected 10 s to 15 minutes, found 960 s',
    ],
    [
      'a visibility that ends before the work',
      { queueProps: { visibilityTimeout: Duration.seconds(30) } },
      'the worker of critical needs 720 s',
    ],
    [
      'less concurrency set aside than mappings use',
      { functionProps: { reservedConcurrentExecutions: 4 } },
      'the mappings of the worker of critical run up to 30 at once, found 4',
    ],
    [
      'dead letters that go before their queue would let them',
      { deadLetterRetention: Duration.days(2) },
      'expected more than queueRetention (4 days)',
    ],
    [
      'an engine that cannot pause',
      { engineVersion: AuroraPostgresEngineVersion.VER_16_2 },
      'Aurora PostgreSQL 16.2 cannot pause',
    ],
    ['capacity the wrong way round', { minCapacity: 4, maxCapacity: 2 }, 'at most maxCapacity (2)'],
    [
      'a cron of five fields',
      { triggers: { nightly: { schedule: 'cron(0 6 * * *)' } } },
      'found 5 fields',
    ],
    [
      'a cron with an hour that no day has',
      { triggers: { nightly: { schedule: 'cron(0 25 * * ? *)' } } },
      "the hours in 'cron(0 25 * * ? *)' cannot be",
    ],
    [
      'a cron with both kinds of day',
      { triggers: { nightly: { schedule: 'cron(0 6 1 * 2 *)' } } },
      'exactly one of day of month and day of week must be ?',
    ],
    [
      'a rate in seconds',
      { triggers: { nightly: { schedule: 'rate(30 seconds)' } } },
      "found 'rate(30 seconds)'",
    ],
    [
      'a time zone that is none',
      { triggers: { nightly: { schedule: 'rate(1 day)', timeZone: 'Berlin' } } },
      'expected a name like Europe/Berlin',
    ],
  ])('with %s are refused, with what to do', (_, props, message) => {
    expect(check(props)).toThrow(message);
  });

  it('tell every problem at once', () => {
    const problems = { minCapacity: -1, autoPause: Duration.seconds(10) };

    expect(check(problems)).toThrow(/minCapacity: .*\n.*autoPause: /);
  });
});
