/**
 * The brief form of a snapshot's text, which leaves out what most running executions have: no
 * deadline, no redrive, and one branch that waits for the answer to its first call.
 *
 *     {"version":2,"at":[lastEventId,latestAt,age,historyBytes],
 *      "root":{"state":…,"input":…,"at":[enteredId,stay,lastId],…}}
 *
 * `age` is the time since the start, and `stay` since the state was entered, in milliseconds. A
 * checkpoint writes the whole text again, so its length is most of what a running execution writes.
 */
import type { Branch, Done, Snapshot, TaskDoing } from '../snapshot.ts';

/** The version of the brief form; the full one is version 1. */
export const briefVersion = 2;

/** How every text in the brief form begins. */
export const briefMark = `{"version":${briefVersion},`;

/** A parsed text in the brief form. */
export interface BriefSnapshot {
  readonly version: typeof briefVersion;
  readonly at: readonly [lastEventId: number, latestAt: number, age: number, historyBytes: number];
  readonly root: Pick<Branch, 'state' | 'input' | 'variables'> &
    Partial<Pick<Branch, 'attempt' | 'retries' | 'doing'>> & {
      readonly at: readonly [enteredId: number, stay: number, lastId: number];
    };
}

/** Returns the brief text of a snapshot; null when it has what that form leaves out. */
export function writeBriefly(snapshot: Snapshot): string | null {
  const { root, lastEventId, latestAt, startedAt, historyBytes } = snapshot;
  if (!isPlain(snapshot) || root === null || !isPlainBranch(root)) return null;
  const { state, input, enteredId, enteredAt, lastId, attempt, retries, doing, variables } = root;
  let text = `${briefMark}"at":[${lastEventId},${latestAt},${latestAt - startedAt},${historyBytes}],"root":{"state":`;
  text += `${JSON.stringify(state)},"input":${JSON.stringify(input)},"at":[${enteredId},${latestAt - enteredAt},${lastId}]`;
  if (attempt !== 0) text += `,"attempt":${attempt}`;
  if (retries.length > 0) text += `,"retries":${JSON.stringify(retries)}`;
  if (!isUnlimitedCall(doing)) text += `,"doing":${JSON.stringify(doing)}`;
  if (variables !== undefined) text += `,"variables":${JSON.stringify(variables)}`;
  return `${text}}}`;
}

/** Returns the snapshot of a text in the brief form. */
export function readBrief(brief: BriefSnapshot): Snapshot {
  const [lastEventId, latestAt, age, historyBytes] = brief.at;
  const { state, input, at, attempt = 0, retries = [], doing = call, variables } = brief.root;
  const [enteredId, stay, lastId] = at;
  const root = {
    state,
    input,
    enteredId,
    enteredAt: latestAt - stay,
    lastId,
    attempt,
    retries,
    doing,
    ...(variables !== undefined && { variables }),
  };
  return {
    version: 1,
    status: 'RUNNING',
    lastEventId,
    latestAt,
    startedAt: latestAt - age,
    deadline: null,
    redrives: 0,
    historyBytes,
    root,
    outcome: null,
  };
}

const call: TaskDoing = Object.freeze({ kind: 'task' });

function isPlain(snapshot: Snapshot): boolean {
  const { status, deadline, redrives, historyBytes, outcome, mockedCalls } = snapshot;
  if (status !== 'RUNNING' || deadline !== null || redrives !== 0 || outcome !== null) return false;
  return historyBytes !== undefined && mockedCalls === undefined;
}

/** Whether a branch has no branches below it, has not failed and has not ended. */
function isPlainBranch(root: Branch | Done): root is Branch {
  if ('output' in root || root.failure !== undefined) return false;
  const { kind } = root.doing;
  return kind !== 'parallel' && kind !== 'map';
}

/** Whether it is a call without a time limit, a token or anything else. Allocates nothing. */
function isUnlimitedCall(doing: Branch['doing']): boolean {
  for (const key in doing) if (key !== 'kind') return false;
  return doing.kind === 'task';
}
