/** Every checker, fresh for one simulation. */
import { archiveKeeps } from './checkers/archive-keeps.ts';
import { attemptsBounded } from './checkers/attempts-bounded.ts';
import { cancelledNeverRun } from './checkers/cancelled-never-run.ts';
import type { Checker } from './checkers/checker.ts';
import { countersEqual } from './checkers/counters-equal.ts';
import { dueIsTaken } from './checkers/due-is-taken.ts';
import { endsOnce } from './checkers/ends-once.ts';
import { historyWhole } from './checkers/history-whole.ts';
import { keepsWhatIsNeeded } from './checkers/keeps-what-is-needed.ts';
import { keysUnique } from './checkers/keys-unique.ts';
import { messagesKept } from './checkers/messages-kept.ts';
import { noStaleWrites } from './checkers/no-stale-writes.ts';
import { nothingLeft } from './checkers/nothing-left.ts';
import { outputsAsReference } from './checkers/outputs-as-reference.ts';
import { snapshotSound } from './checkers/snapshot-sound.ts';
import { timeKept } from './checkers/time-kept.ts';

/** See this file's head. @param slackMs how long after a deadline something may run */
export function allCheckers(slackMs: number): Checker[] {
  return [
    endsOnce(),
    historyWhole(),
    snapshotSound(),
    noStaleWrites(),
    countersEqual(),
    outputsAsReference(),
    attemptsBounded(),
    archiveKeeps(),
    keepsWhatIsNeeded(),
    messagesKept(),
    keysUnique(),
    cancelledNeverRun(),
    timeKept(slackMs),
    dueIsTaken(),
    nothingLeft(),
  ];
}
