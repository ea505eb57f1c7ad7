/** Options of an enqueue: how they are recorded, and which are refused. */
import { describe, expect, it } from 'vitest';
import {
  type EnqueueOptions,
  toEnqueueTerms,
  type When,
} from '../../../lib/operations/enqueue/enqueue-options.ts';

const now = Date.UTC(2026, 4, 1);
const circumstances = { queues: ['critical', 'default'], now };

/** Returns the message with which the options are refused. */
function readRefusal(options: EnqueueOptions, when: When | null = null): string {
  try {
    toEnqueueTerms(options, when, circumstances);
    return 'accepted';
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' });
    return error instanceof Error ? error.message : '';
  }
}

describe('the options of an enqueue', () => {
  it('omitted options have the defaults of a batch, and no times', () => {
    expect(toEnqueueTerms({}, null, circumstances)).toEqual({ queue: 'default', retriesMax: 3 });
  });

  it('dates are recorded as times, and starts as delays', () => {
    const deadline = new Date(now + 60_000);
    const all = { priority: 'critical', retriesMax: 0, timeoutMs: 1, deadline, retentionMs: 0 };

    expect(toEnqueueTerms(all, { at: new Date(now + 5_000) }, circumstances)).toEqual({
      queue: 'critical',
      retriesMax: 0,
      startInMs: 5_000,
      timeoutMs: 1,
      deadlineAt: now + 60_000,
      retentionMs: 0,
    });
    expect(toEnqueueTerms({}, { delayMs: 7 }, circumstances)).toMatchObject({ startInMs: 7 });
    expect(toEnqueueTerms({}, { at: now - 1 }, circumstances)).not.toHaveProperty('startInMs');
  });

  it('an invalid option is refused with what was expected and what was found', () => {
    expect(readRefusal({ priority: 'urgent' })).toBe(
      "the priority must be one of the queues critical, default; found 'urgent'",
    );
    for (const retriesMax of [-1, 1.5, Number.NaN, 1_001]) {
      expect(readRefusal({ retriesMax })).toMatch(
        /^retriesMax must be a whole number from 0 to 1000/,
      );
    }
    expect(readRefusal({ timeoutMs: 0 })).toMatch(/^timeoutMs must be .* from 1 to .*; found 0$/);
    expect(readRefusal({ retentionMs: -5 })).toMatch(/^retentionMs must be .*; found -5$/);
    expect(readRefusal({}, { delayMs: -1 })).toMatch(/^delayMs must be .*; found -1$/);
    expect(readRefusal({}, { at: new Date('no date') })).toBe(
      'at must be a date, or milliseconds since 1970; found Invalid Date',
    );
    // @ts-expect-error a caller without types
    expect(readRefusal({ deadline: '2026-05-01' })).toMatch(
      /^deadline must be a date, .*2026-05-01$/,
    );
    // @ts-expect-error a caller without types
    expect(readRefusal({}, 5_000)).toBe('the start must be an object of at, delayMs; found 5000');
  });

  it('an unknown option is refused, so that a typo is noticed', () => {
    const both = { at: now, delayMs: 1 };

    // @ts-expect-error a caller without types
    expect(readRefusal({ priorty: 'low' })).toMatch(
      /^the options may have priority, .*; found 'priorty'$/,
    );
    expect(readRefusal({}, both)).toBe('the start is at or delayMs; found both');
  });

  it('a deadline before the start is refused', () => {
    const passed = 'the deadline must be later than the start (2026-05-01T00:00:00.000Z); found';

    expect(readRefusal({ deadline: now })).toBe(`${passed} 2026-05-01T00:00:00.000Z`);
    expect(readRefusal({ deadline: now + 5_000 }, { delayMs: 5_000 })).toContain('must be later');
    expect(readRefusal({ deadline: now + 5_000 }, { delayMs: 4_999 })).toBe('accepted');
  });
});
