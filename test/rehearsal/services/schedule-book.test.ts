/** Which schedules fire when, as time goes by. */
import { describe, expect, it } from 'vitest';
import type { Json } from '../../../lib/asl/json/json.ts';
import { inputOf, ScheduleBook } from '../../../rehearsal/services/schedule-book.ts';

const minute = 60_000;

function newBook(): ScheduleBook {
  let last = 0;
  const newId = () => `execution-${++last}`;
  return new ScheduleBook({ region: 'us-east-1', account: '000000000000', newId });
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

function due(book: ScheduleBook, nowMs: number): [string, number][] {
  return book.due(nowMs).map(({ schedule: { name }, scheduledMs }) => [name, scheduledMs / minute]);
}

describe('a book of schedules', () => {
  it('tells each time once, in order, those that were slept through too', () => {
    const book = newBook();
    book.create(schedule('sweep'), 0);
    book.create(schedule('slow', { ScheduleExpression: 'rate(2 minutes)' }), 0);

    expect(due(book, 0)).toEqual([
      ['sweep', 0],
      ['slow', 0],
    ]);
    expect(due(book, 0)).toEqual([]);
    expect(book.nextDueMs()).toBe(minute);
    expect(due(book, 2.5 * minute)).toEqual([
      ['sweep', 1],
      ['sweep', 2],
      ['slow', 2],
    ]);
  });

  it('does not tell what fell due while a schedule was turned off', () => {
    const book = newBook();
    book.create(schedule('sweep', { State: 'DISABLED' }), 0);

    expect(due(book, 3 * minute)).toEqual([]);
    expect(book.nextDueMs()).toBeUndefined();
    book.update(schedule('sweep'), 3.5 * minute);
    expect(book.nextDueMs()).toBe(4 * minute);
    expect(due(book, 4 * minute)).toEqual([['sweep', 4]]);
  });

  it('replaces a schedule as a whole when it is updated', () => {
    const book = newBook();
    book.create(schedule('sweep', { State: 'DISABLED', Description: 'mine' }), 0);

    const updated = book.update(schedule('sweep', { ScheduleExpression: 'rate(1 hour)' }), 5);

    expect(updated).toMatchObject({
      state: 'ENABLED',
      expressionText: 'rate(1 hour)',
      createdMs: 0,
      modifiedMs: 5,
    });
    expect(updated).not.toHaveProperty('description');
  });

  it('fires once for a single time, and then takes the schedule away where it is to', () => {
    const book = newBook();
    const once = { ScheduleExpression: 'at(1970-01-01T00:10:00)' };
    book.create(schedule('kept', once), 0);
    book.create(schedule('gone', { ...once, ActionAfterCompletion: 'DELETE' }), 0);

    expect(book.nextDueMs()).toBe(10 * minute);
    expect(due(book, 11 * minute)).toEqual([
      ['kept', 10],
      ['gone', 10],
    ]);
    expect(book.schedules.map(({ name }) => name)).toEqual(['kept']);
    expect(due(book, 99 * minute)).toEqual([]);
  });

  it('never fires for a single time that has passed', () => {
    const book = newBook();
    book.create(schedule('late', { ScheduleExpression: 'at(1970-01-01T00:10:00)' }), 11 * minute);

    expect(due(book, 99 * minute)).toEqual([]);
  });

  it('takes a recurring schedule away after its end, where it is to', () => {
    const book = newBook();
    book.create(schedule('short', { EndDate: 60, ActionAfterCompletion: 'DELETE' }), 0);

    expect(due(book, 10 * minute)).toEqual([
      ['short', 0],
      ['short', 1],
    ]);
    expect(book.schedules).toEqual([]);
  });

  it('makes a schedule once for the same token, and refuses another of its name', () => {
    const book = newBook();
    const first = book.create(schedule('a', { ClientToken: 'one' }), 0);

    expect(book.create(schedule('a', { ClientToken: 'one' }), 1)).toBe(first);
    expect(() => book.create(schedule('a', { ClientToken: 'two' }), 1)).toThrow(
      expect.objectContaining({ code: 'ConflictException', message: 'Schedule a already exists.' }),
    );
  });

  it('takes the schedules of a group away with it', () => {
    const book = newBook();
    book.createGroup('own', 0);
    book.create(schedule('a', { GroupName: 'own' }), 0);
    book.deleteGroup('own');

    expect(book.schedules).toEqual([]);
    expect(() => book.create(schedule('a', { GroupName: 'own' }), 0)).toThrow(
      expect.objectContaining({ code: 'ResourceNotFoundException' }),
    );
  });

  it('fills in what Scheduler tells a target', () => {
    const book = newBook();
    const keywords = ['execution-id', 'scheduled-time', 'schedule-arn', 'attempt-number', 'other'];
    const Input = JSON.stringify(keywords.map((keyword) => `<aws.scheduler.${keyword}>`));
    book.create(schedule('a', { Target: { ...schedule('a').Target, Input } }), minute);
    const [firing] = book.due(minute);

    expect(firing && JSON.parse(inputOf(firing, 2))).toEqual([
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
    ['a time zone of nobody', { ScheduleExpressionTimezone: 'Mars/Olympus' }, /Mars\/Olympus/],
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
    ['a role that is none', { Target: { ...target, RoleArn: 'worker' } }, /'target.roleArn'/],
    ['an input that is no JSON', { Target: { ...target, Input: '{' } }, /valid JSON/],
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
    ['a state in between', { State: 'PAUSED' }, /ENABLED, DISABLED/],
    ['an end before its start', { StartDate: 2, EndDate: 1 }, /EndDate must come after/],
  ])('has %s', (_, more, message) => {
    const create = () => newBook().create(schedule('a', more), 0);

    expect(create).toThrow(message);
    expect(create).toThrow(expect.objectContaining({ code: 'ValidationException' }));
  });
});
