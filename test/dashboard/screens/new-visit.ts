/** Visits of states for tests of the execution's page. */
import type { Visit } from '../../../dashboard/src/screens/execution/visit.ts';

/** Returns a visit that took a second. */
export function newVisit(overrides: Partial<Visit> = {}): Visit {
  return {
    eventId: 2,
    state: 'Load',
    type: 'Task',
    place: '',
    attempt: 0,
    enteredAt: 1_000,
    endedAt: 2_000,
    status: 'SUCCEEDED',
    tries: [],
    dueAt: null,
    waitsFor: null,
    error: null,
    cause: null,
    bytes: { input: 2, output: 2 },
    below: null,
    link: null,
    ...overrides,
  };
}

/** Returns a try that took half a second. */
export function newTry(scheduledAt: number, error: string | null = null): Visit['tries'][number] {
  return { scheduledAt, endedAt: scheduledAt + 500, error, cause: error && 'because' };
}
