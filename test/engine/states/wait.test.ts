/** The Wait state: when it ends, and that it holds nothing meanwhile. */
import { describe, expect, it } from 'vitest';
import { dueAt } from '../../../lib/engine/due-at.ts';
import { Run, run, single, startOfRun } from '../../support/run-machine.ts';

const wait = (fields: object) => single({ Type: 'Wait', ...fields });
const second = 1_000;

describe('Wait', () => {
  it('a Wait is nothing but a due time while it lasts', () => {
    const waiting = new Run(wait({ Seconds: 3_600 })).apply({ type: 'started' });

    expect(waiting.effects).toEqual([]);
    expect(dueAt(waiting.snapshot)).toBe(startOfRun + 3_600 * second);
  });

  it('a Wait ends at its time and not before', () => {
    const waiting = new Run(wait({ Seconds: 10 }), { input: { a: 1 } }).apply({ type: 'started' });
    const blocked = waiting.snapshot;
    waiting.now += 9_999;
    waiting.apply({ type: 'timersDue' });
    expect(waiting.snapshot).toBe(blocked);

    waiting.now += 1;
    waiting.apply({ type: 'timersDue' });

    expect(waiting.output).toEqual({ a: 1 });
    expect(waiting.types.slice(1)).toEqual([
      'WaitStateEntered',
      'WaitStateExited',
      'ExecutionSucceeded',
    ]);
  });

  it.each([
    ['Seconds', { Seconds: 30 }],
    ['SecondsPath', { SecondsPath: '$.seconds' }],
    ['Timestamp', { Timestamp: '2026-01-01T00:00:30Z' }],
    ['TimestampPath', { TimestampPath: '$.at' }],
  ])('a Wait of thirty seconds may be given by %s', (_, fields) => {
    const input = { seconds: 30, at: '2026-01-01T01:00:30+01:00' };

    const waiting = run(wait(fields), { input });

    expect(waiting.now).toBe(startOfRun + 30 * second);
    expect(waiting.snapshot.status).toBe('SUCCEEDED');
  });

  it('a Wait ends at a whole second of its timestamp', () => {
    const Timestamp = '2026-01-01T00:00:30.900Z';
    const at = { at: Timestamp };

    expect(run(wait({ Timestamp })).now).toBe(startOfRun + 30 * second);
    expect(run(wait({ TimestampPath: '$.at' }), { input: at }).now).toBe(startOfRun + 30 * second);
  });

  it('a Wait of more than 68 years fails at once', () => {
    const ran = run(wait({ TimestampPath: '$.at' }), { input: { at: '2125-05-05T00:00:00Z' } });

    expect(ran.now).toBe(startOfRun);
    expect(ran.end).toMatchObject({
      status: 'FAILED',
      error: 'States.Runtime',
      cause: expect.stringMatching(
        /^An error occurred while executing the state '.*' \(entered at the event id #2\)\. Wait state delay is too long\.$/,
      ),
    });
  });

  it.each([
    ['no seconds', { Seconds: 0 }],
    ['a time in the past', { Timestamp: '2020-01-01T00:00:00Z' }],
  ])('a Wait does not block for %s', (_, fields) => {
    const waiting = new Run(wait(fields)).apply({ type: 'started' });

    expect(waiting.snapshot.status).toBe('SUCCEEDED');
  });

  it.each([
    ['a fraction', { seconds: 1.5 }, '$.seconds == 1.5'],
    ['a negative number', { seconds: -1 }, '$.seconds == -1'],
    ['a text', { seconds: '5' }, '$.seconds == 5'],
    ['nothing', {}, '$.seconds'],
  ])('a Wait fails with States.Runtime when SecondsPath finds %s', (_, input, cause) => {
    const { end } = run(wait({ SecondsPath: '$.seconds' }), { input });

    expect(end?.error).toBe('States.Runtime');
    expect(end?.cause).toContain(cause);
  });

  it('a Wait fails with States.Runtime when TimestampPath finds no timestamp', () => {
    const { end } = run(wait({ TimestampPath: '$.at' }), { input: { at: '2026-01-01 00:00:00Z' } });

    expect(end?.error).toBe('States.Runtime');
    expect(end?.cause).toContain('$.at == 2026-01-01 00:00:00Z');
  });
});
