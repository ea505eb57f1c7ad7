/** The registry of schedules: when each fires. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import {
  renderScheduleInput,
  ScheduleRegistry,
} from '../../../rehearsal/services/schedule-registry.ts';

const minute = 60_000;

function createRegistry(): ScheduleRegistry {
  let last = 0;
  const newId = () => `execution-${++last}`;
  return new ScheduleRegistry({ region: 'us-east-1', account: '000000000000', newId });
}

function schedule(Name: string, more: Readonly<Record<string, Json>> = {}) {
  return {
    Name,
    ScheduleExpression: 'rate(1 minute)',
    FlexibleTimeWindow: { Mode: 'OFF' },
    Target: {
      Arn: 'arn:aws:lambda:us-east-1:000000000000:function:leader',
      RoleArn: 'arn:aws:iam::000000000000:role/schedules',
    },
    ...more,
  };
}

function due(registry: ScheduleRegistry, nowMs: number): [string, number][] {
  return registry
    .takeDue(nowMs)
    .map(({ schedule: { name }, scheduledMs }) => [name, scheduledMs / minute]);
}

describe('the schedule registry', () => {
  it('the schedule registry returns every firing once and in order, also late ones', () => {
    const registry = createRegistry();
    registry.create(schedule('sweep'), 0);
    registry.create(schedule('slow', { ScheduleExpression: 'rate(2 minutes)' }), 0);

    expect(due(registry, 0)).toEqual([
      ['sweep', 0],
      ['slow', 0],
    ]);
    expect(due(registry, 0)).toEqual([]);
    expect(registry.nextFireMs()).toBe(minute);
    expect(due(registry, 2.5 * minute)).toEqual([
      ['sweep', 1],
      ['sweep', 2],
      ['slow', 2],
    ]);
  });

  it('a disabled schedule misses its firings', () => {
    const registry = createRegistry();
    registry.create(schedule('sweep', { State: 'DISABLED' }), 0);

    expect(due(registry, 3 * minute)).toEqual([]);
    expect(registry.nextFireMs()).toBeUndefined();
    registry.update(schedule('sweep'), 3.5 * minute);
    expect(registry.nextFireMs()).toBe(4 * minute);
    expect(due(registry, 4 * minute)).toEqual([['sweep', 4]]);
  });

  it('an update replaces a schedule as a whole', () => {
    const registry = createRegistry();
    registry.create(schedule('sweep', { State: 'DISABLED', Description: 'mine' }), 0);

    const updated = registry.update(schedule('sweep', { ScheduleExpression: 'rate(1 hour)' }), 5);

    expect(updated).toMatchObject({
      state: 'ENABLED',
      expressionText: 'rate(1 hour)',
      createdMs: 0,
      modifiedMs: 5,
    });
    expect(updated).not.toHaveProperty('description');
  });

  it('a one-time schedule fires once, and is then deleted by ActionAfterCompletion', () => {
    const registry = createRegistry();
    const once = { ScheduleExpression: 'at(1970-01-01T00:10:00)' };
    registry.create(schedule('kept', once), 0);
    registry.create(schedule('gone', { ...once, ActionAfterCompletion: 'DELETE' }), 0);

    expect(registry.nextFireMs()).toBe(10 * minute);
    expect(due(registry, 11 * minute)).toEqual([
      ['kept', 10],
      ['gone', 10],
    ]);
    expect(registry.schedules.map(({ name }) => name)).toEqual(['kept']);
    expect(due(registry, 99 * minute)).toEqual([]);
  });

  it('a one-time schedule for a time in the past never fires', () => {
    const registry = createRegistry();
    registry.create(
      schedule('late', { ScheduleExpression: 'at(1970-01-01T00:10:00)' }),
      11 * minute,
    );

    expect(due(registry, 99 * minute)).toEqual([]);
  });

  it('a recurring schedule is deleted after its end by ActionAfterCompletion', () => {
    const registry = createRegistry();
    registry.create(schedule('short', { EndDate: 60, ActionAfterCompletion: 'DELETE' }), 0);

    expect(due(registry, 10 * minute)).toEqual([
      ['short', 0],
      ['short', 1],
    ]);
    expect(registry.schedules).toEqual([]);
  });

  it('a repeated token creates a schedule once, and another schedule of its name is refused', () => {
    const registry = createRegistry();
    const first = registry.create(schedule('a', { ClientToken: 'one' }), 0);

    expect(registry.create(schedule('a', { ClientToken: 'one' }), 1)).toBe(first);
    expect(() => registry.create(schedule('a', { ClientToken: 'two' }), 1)).toThrow(
      expect.objectContaining({ code: 'ConflictException', message: 'Schedule a already exists.' }),
    );
  });

  it('a group is deleted with its schedules', () => {
    const registry = createRegistry();
    registry.createGroup('own', 0);
    registry.create(schedule('a', { GroupName: 'own' }), 0);
    registry.deleteGroup('own');

    expect(registry.schedules).toEqual([]);
    expect(() => registry.create(schedule('a', { GroupName: 'own' }), 0)).toThrow(
      expect.objectContaining({ code: 'ResourceNotFoundException' }),
    );
  });

  it("the input of a firing has the values of Scheduler's keywords", () => {
    const registry = createRegistry();
    const keywords = ['execution-id', 'scheduled-time', 'schedule-arn', 'attempt-number', 'other'];
    const Input = JSON.stringify(keywords.map((keyword) => `<aws.scheduler.${keyword}>`));
    registry.create(schedule('a', { Target: { ...schedule('a').Target, Input } }), minute);
    const [firing] = registry.takeDue(minute);

    expect(firing && JSON.parse(renderScheduleInput(firing, 2))).toEqual([
      'execution-1',
      '1970-01-01T00:01:00Z',
      'arn:aws:scheduler:us-east-1:000000000000:schedule/default/a',
      '2',
      '<aws.scheduler.other>',
    ]);
  });
});

describe('a schedule that Scheduler refuses', () => {
  const target = schedule('a').Target;

  it.each<[string, Readonly<Record<string, Json>>, RegExp]>([
    ['a name with a space', { Name: 'a b' }, /'name' failed to satisfy constraint/],
    [
      'an expression of another service',
      { ScheduleExpression: 'rate(1 week)' },
      /Invalid Schedule E/,
    ],
    ['an unknown time zone', { ScheduleExpressionTimezone: 'Mars/Olympus' }, /Mars\/Olympus/],
    ['no window', { FlexibleTimeWindow: null }, /'flexibleTimeWindow'/],
    [
      'a window without its length',
      { FlexibleTimeWindow: { Mode: 'FLEXIBLE' } },
      /must be set where/,
    ],
    [
      'a length without a window',
      { FlexibleTimeWindow: { Mode: 'OFF', MaximumWindowInMinutes: 1 } },
      /must not/,
    ],
    ['no target', { Target: null }, /'target'/],
    ['an invalid role ARN', { Target: { ...target, RoleArn: 'worker' } }, /'target.roleArn'/],
    ['an input that is not JSON', { Target: { ...target, Input: '{' } }, /valid JSON/],
    [
      'too many retries',
      { Target: { ...target, RetryPolicy: { MaximumRetryAttempts: 186 } } },
      /0 and 185/,
    ],
    [
      'a dead-letter topic',
      { Target: { ...target, DeadLetterConfig: { Arn: 'arn:aws:sns:a:b:c' } } },
      /SQS queue/,
    ],
    ['an unknown state', { State: 'PAUSED' }, /ENABLED, DISABLED/],
    ['an end before its start', { StartDate: 2, EndDate: 1 }, /EndDate must come after/],
  ])('a schedule is refused with %s', (_, more, message) => {
    const create = () => createRegistry().create(schedule('a', more), 0);

    expect(create).toThrow(message);
    expect(create).toThrow(expect.objectContaining({ code: 'ValidationException' }));
  });
});
