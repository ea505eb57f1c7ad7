/**
 * Writes of many executions, as several where together they are more than one request should
 * carry. Each execution's part stands alone, so nothing is lost by it.
 */
import type { Checkpoint, ExecutionStore, NewExecution } from '../../ports/execution-store.ts';

/** Texts of one statement, in characters: what a request can hold when a third of it is escaped. */
const groupCharsMax = 2_000_000;

/** `store`, with groups of bounded size. */
export function inSizedGroups(
  store: Pick<ExecutionStore, 'commit' | 'createExecutions'>,
): Pick<ExecutionStore, 'commit' | 'createExecutions'> {
  return {
    commit: async (checkpoints) => {
      const written = await oneByOne(sizedGroups(checkpoints), (group) => store.commit(group));
      return new Set(written.flatMap((ids) => [...ids]));
    },
    createExecutions: async (executions, wakeupSent) => {
      const results = await oneByOne(sizedGroups(executions), (group) =>
        store.createExecutions(group, wakeupSent),
      );
      return results.flat();
    },
  };
}

/** One that is larger alone makes a group of its own. */
function sizedGroups<Entry extends Checkpoint | NewExecution>(
  entries: readonly Entry[],
): Entry[][] {
  const groups: Entry[][] = [];
  let room = 0;
  for (const entry of entries) {
    const chars = charsOf(entry);
    const group = groups.at(-1);
    if (group === undefined || chars > room) {
      groups.push([entry]);
      room = groupCharsMax;
    } else group.push(entry);
    room -= chars;
  }
  return groups;
}

function charsOf(entry: Checkpoint | NewExecution): number {
  const texts = Object.values(entry).filter((value) => typeof value === 'string');
  return texts.reduce((sum, text) => sum + text.length, 0);
}

async function oneByOne<Group, Answer>(
  groups: readonly Group[],
  write: (group: Group) => Promise<Answer>,
): Promise<Answer[]> {
  const answers: Answer[] = [];
  for (const group of groups) answers.push(await write(group));
  return answers;
}
