/** Options of what is queued: what they come to, and what is refused. */
import { describe, expect, it } from 'vitest';
import {
  type EnqueueOptions,
  enqueueTerms,
  type When,
} from '../../lib/operations/enqueue-options.ts';

const now = Date.UTC(2026, 4, 1);
const circumstances = { queues: ['critical', 'default'], now };

/** What the options are refused with. */
function refusalOf(options: EnqueueOptions, when: When | null = null): string {
  try {
    enqueueTerms(options, when, circumstances);
    return 'accepted';
  } catch (error) {
    expect(error).toMatchObject({ code: 'INVALID_ARGUMENT' });
    return error instanceof Error ? error.message : '';
  }
}

describe('the options of what is queued', () => {
  it('left out are the defaults of a batch, and say nothing of time', () => {
    expect(enqueueTerms({}, null, circumstances)).toEqual({ queue: 'default', retriesMax: 3 });
  });

  it('say dates as instants, and starts as delays', () => {
    const deadline = new Date(now + 60_000);
    const all = { priority: 'critical', retriesMax: 0, timeoutMs: 1, deadline, retentionMs: 0 };

    expect(enqueueTerms(all, { at: new Date(now + 5_000) }, circumstances)).toEqual({
      queue: 'critical',
      retriesMax: 0,
      startInMs: 5_000,
      timeoutMs: 1,
      deadlineAt: now + 60_000,
      retentionMs: 0,
    });
    expect(enqueueTerms({}, { delayMs: 7 }, circumstances)).toMatchObject({ startInMs: 7 });
    expect(enqueueTerms({}, { at: now - 1 }, circumstances)).not.toHaveProperty('startInMs');
  });

  it('that cannot be are refused with what was expected and what was found', () => {
    expect(refusalOf({ priority: 'urgent' })).toBe(
      "the priority must be one of the queues critical, default; found 'urgent'",
    );
    for (const retriesMax of [-1, 1.5, Number.NaN, 1_001]) {
      expect(refusalOf({ retriesMax })).toMatch(
        /^retriesMax must be a whole number from 0 to 1000/,
      );
    }
    expect(refusalOf({ timeoutMs: 0 })).toMatch(/^timeoutMs must be .* from 1 to .*; found 0$/);
    expect(refusalOf({ retentionMs: -5 })).toMatch(/^retentionMs must be .*; found -5$/);
    expect(refusalOf({}, { delayMs: -1 })).toMatch(/^delayMs must be .*; found -1$/);
    expect(refusalOf({}, { at: new Date('no date') })).toBe(
      'at must be a date, or milliseconds since 1970; found Invalid Date',
    );
    // @ts-expect-error a caller without types
    expect(refusalOf({ deadline: '2026-05-01' })).toMatch(
      /^deadline must be a date, .*2026-05-01$/,
    );
    // @ts-expect-error a caller without types
    expect(refusalOf({}, 5_000)).toBe('the start must be an object of at, delayMs; found 5000');
  });

  it('have no other keys: a typing error is told, not passed over', () => {
    const both = { at: now, delayMs: 1 };

    // @ts-expect-error a caller without types
    expect(refusalOf({ priorty: 'low' })).toMatch(
      /^the options may have priority, .*; found 'priorty'$/,
    );
    expect(refusalOf({}, both)).toBe('the start is at or delayMs; found both');
  });

  it('cannot have a deadline before the start', () => {
    const passed = 'the deadline must be later than the start (2026-05-01T00:00:00.000Z); found';

    expect(refusalOf({ deadline: now })).toBe(`${passed} 2026-05-01T00:00:00.000Z`);
    expect(refusalOf({ deadline: now + 5_000 }, { delayMs: 5_000 })).toContain('must be later');
    expect(refusalOf({ deadline: now + 5_000 }, { delayMs: 4_999 })).toBe('accepted');
  });
});
