/**
 * Splits writes of many executions that together are larger than one request should be. Each
 * execution's part is independent, so that several requests have the same result.
 */
import type { Checkpoint, CheckpointStore } from '../../ports/store/checkpoint-store.ts';
import type { ExecutionStore, NewExecution } from '../../ports/store/execution-store.ts';

/** Maximum size of the texts of one statement, in characters; a third of them can be escaped. */
const groupCharsMax = 2_000_000;

/** Returns `store` with writes split into groups of bounded size. */
export function inSizedGroups(
  store: CheckpointStore & Pick<ExecutionStore, 'createExecutions'>,
): CheckpointStore & Pick<ExecutionStore, 'createExecutions'> {
  return {
    commit: async (checkpoints, sums) => {
      const written = await writeInOrder(splitIntoGroups(checkpoints), (group, index) =>
        store.commit(group, index === 0 ? sums : null),
      );
      return new Set(written.flatMap((ids) => [...ids]));
    },
    createExecutions: async (executions, wakeupSent) => {
      const results = await writeInOrder(splitIntoGroups(executions), (group) =>
        store.createExecutions(group, wakeupSent),
      );
      return results.flat();
    },
  };
}

/** Creates groups in order. An entry that is too large makes a group of its own. */
function splitIntoGroups<Entry extends Checkpoint | NewExecution>(
  entries: readonly Entry[],
): Entry[][] {
  const groups: Entry[][] = [];
  let room = 0;
  for (const entry of entries) {
    const chars = countChars(entry);
    const group = groups.at(-1);
    if (group === undefined || chars > room) {
      groups.push([entry]);
      room = groupCharsMax;
    } else group.push(entry);
    room -= chars;
  }
  return groups;
}

function countChars(entry: Checkpoint | NewExecution): number {
  const texts = Object.values(entry).filter((value) => typeof value === 'string');
  return texts.reduce((sum, text) => sum + text.length, 0);
}

async function writeInOrder<Group, Result>(
  groups: readonly Group[],
  write: (group: Group, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (const [index, group] of groups.entries()) results.push(await write(group, index));
  return results;
}
