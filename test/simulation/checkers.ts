/** The list of checkers. */
import type { ConfiguredLimits } from '../../lib/roles/limits/limit-catalog.ts';
import { archiveKept } from './checkers/archive-kept.ts';
import { attemptsBounded } from './checkers/attempts-bounded.ts';
import { cancelledNeverRun } from './checkers/cancelled-never-run.ts';
import { chainedOnce } from './checkers/chained-once.ts';
import type { Checker } from './checkers/checker.ts';
import { countersEqual } from './checkers/counters-equal.ts';
import { dueTasksTaken } from './checkers/due-tasks-taken.ts';
import { endsOnce } from './checkers/ends-once.ts';
import { historyComplete } from './checkers/history-complete.ts';
import { keysUnique } from './checkers/keys-unique.ts';
import { leftToOthers } from './checkers/left-to-others.ts';
import { limitsKept } from './checkers/limits-kept.ts';
import { messagesKept } from './checkers/messages-kept.ts';
import { neighboursSpared } from './checkers/neighbours-spared.ts';
import { noStaleWrites } from './checkers/no-stale-writes.ts';
import { nothingLeft } from './checkers/nothing-left.ts';
import { outputsMatchReference } from './checkers/outputs-match-reference.ts';
import { retentionSafe } from './checkers/retention-safe.ts';
import { sleepsOnTime } from './checkers/sleeps-on-time.ts';
import { snapshotsValid } from './checkers/snapshots-valid.ts';
import { timeLimitsKept } from './checkers/time-limits-kept.ts';

/**
 * Creates every checker for one simulation.
 * @param slackMs how long after its deadline an execution may run
 * @param limits null without limits
 */
export function allCheckers(slackMs: number, limits: ConfiguredLimits | null): Checker[] {
  return [
    endsOnce(),
    historyComplete(),
    snapshotsValid(),
    noStaleWrites(),
    countersEqual(),
    chainedOnce(),
    outputsMatchReference(),
    attemptsBounded(),
    neighboursSpared(),
    archiveKept(),
    retentionSafe(),
    messagesKept(),
    keysUnique(),
    cancelledNeverRun(),
    timeLimitsKept(slackMs),
    dueTasksTaken(),
    leftToOthers(),
    limitsKept(limits),
    sleepsOnTime(),
    nothingLeft(),
  ];
}
