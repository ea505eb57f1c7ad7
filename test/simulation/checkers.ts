/** Every checker, fresh for one simulation. */
import { archiveKeeps } from './checkers/archive-keeps.ts';
import { attemptsBounded } from './checkers/attempts-bounded.ts';
import type { Checker } from './checkers/checker.ts';
import { countersEqual } from './checkers/counters-equal.ts';
import { endsOnce } from './checkers/ends-once.ts';
import { historyWhole } from './checkers/history-whole.ts';
import { keepsWhatIsNeeded } from './checkers/keeps-what-is-needed.ts';
import { messagesKept } from './checkers/messages-kept.ts';
import { noStaleWrites } from './checkers/no-stale-writes.ts';
import { nothingLeft } from './checkers/nothing-left.ts';
import { outputsAsReference } from './checkers/outputs-as-reference.ts';
import { snapshotSound } from './checkers/snapshot-sound.ts';

/** See this file's head. */
export function allCheckers(): Checker[] {
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
    nothingLeft(),
  ];
}
