/** What one look of the doctor came to, in words for the person who is to mend it. */
import { hasCode, MillraceError, messageOf } from '../errors.ts';
import type { Clock } from '../ports/clock.ts';

/** `ok`: nothing to do. `warning`: it works, and may not for long. `broken`: it does not work. */
export type Verdict = 'ok' | 'warning' | 'broken';

/** One look. */
export interface Finding {
  /** What was looked at. */
  readonly check: string;
  readonly verdict: Verdict;
  /** What was found; never a password. */
  readonly found: string;
  /** What to do about it; null when there is nothing to do, or `found` says it. */
  readonly mend: string | null;
}

/** Nothing to do. */
export function fine(check: string, found: string): Finding {
  return { check, verdict: 'ok', found, mend: null };
}

/** It works, but. */
export function warning(check: string, found: string, mend: string | null = null): Finding {
  return { check, verdict: 'warning', found, mend };
}

/** It does not work. */
export function broken(check: string, found: string, mend: string | null = null): Finding {
  return { check, verdict: 'broken', found, mend };
}

/** The same for what was thrown: our own errors say themselves what to do. */
export function failed(check: string, error: unknown): Finding {
  return broken(check, messageOf(error));
}

/** The same for somebody who was asked; `who` is for those who gave no answer at all. */
export function unanswered(check: string, who: string, error: unknown): Finding {
  if (!hasCode(error, 'STOPPED')) return failed(check, error);
  const found = `${who} gave ${error.message}`;
  return broken(check, found, 'see that it runs, and that no firewall swallows what is sent to it');
}

/** How long one look may take, in milliseconds. */
export const lookMs = 5_000;

/** What `work` answers, or STOPPED when that takes longer than `ms`. */
export function inTime<Answer>(
  clock: Clock,
  work: Promise<Answer>,
  ms: number = lookMs,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => {
      reject(new MillraceError('STOPPED', `no answer within ${ms / 1_000} s`));
    });
    work.then(resolve, reject).finally(cancel);
  });
}
