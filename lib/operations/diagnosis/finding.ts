import { hasCode, MillraceError, messageOf } from '../../errors.ts';
import type { Clock } from '../../ports/clock.ts';

/** `ok`: nothing to do. `warning`: works, but perhaps not for long. `broken`: does not work. */
export type Verdict = 'ok' | 'warning' | 'broken';

/** The result of one check. */
export interface Finding {
  /** What was checked. */
  readonly check: string;
  readonly verdict: Verdict;
  /** What was found; never a password. */
  readonly found: string;
  /** How to fix it; null when there is nothing to fix, or when `found` includes it. */
  readonly fix: string | null;
}

/** Creates a finding that needs no action. */
export function okFinding(check: string, found: string): Finding {
  return { check, verdict: 'ok', found, fix: null };
}

/** Creates a finding of something that works, but perhaps not for long. */
export function warningFinding(check: string, found: string, fix: string | null = null): Finding {
  return { check, verdict: 'warning', found, fix };
}

/** Creates a finding of something that does not work. */
export function brokenFinding(check: string, found: string, fix: string | null = null): Finding {
  return { check, verdict: 'broken', found, fix };
}

/** Creates a finding from an error; the messages of Millrace's errors include the fix. */
export function errorFinding(check: string, error: unknown): Finding {
  return brokenFinding(check, messageOf(error));
}

/** Creates a finding from an error of `service`, which may have given no answer in time. */
export function serviceFinding(check: string, service: string, error: unknown): Finding {
  if (!hasCode(error, 'STOPPED')) return errorFinding(check, error);
  const found = `${service} gave ${error.message}`;
  return brokenFinding(check, found, 'check that it runs, and that no firewall drops the packets');
}

/** Maximum duration of one check, in milliseconds. */
export const checkTimeoutMs = 5_000;

/** Returns the result of `work`; throws STOPPED when it takes longer than `ms`. */
export function withTimeout<Answer>(
  clock: Clock,
  work: Promise<Answer>,
  ms: number = checkTimeoutMs,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const cancel = clock.after(ms, () => {
      reject(new MillraceError('STOPPED', `no answer within ${ms / 1_000} s`));
    });
    work.then(resolve, reject).finally(cancel);
  });
}
