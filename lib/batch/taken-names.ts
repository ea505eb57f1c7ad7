/** Decides what happens to items whose name an execution has already. */
import type { TakenName } from '../ports/store/batch-store.ts';
import type { NewExecution } from '../ports/store/execution-store.ts';
import type { BatchOptions } from './batch-options.ts';

type NamingOptions = Pick<BatchOptions, 'item' | 'onNameTaken' | 'namePrefix'>;

/**
 * Whether names have to be looked up before items are recorded. Names that are made of the item's
 * index are unique within the batch, and what is left out needs no lookup: the store tells.
 */
export function needsTakenNames({ item, onNameTaken }: NamingOptions): boolean {
  if (onNameTaken === 'skip') return false;
  return item.name !== undefined || onNameTaken !== null;
}

/** Maximum length of a name. */
const nameMax = 80;

/**
 * Returns the executions of a chunk with what `onNameTaken` says about those whose name is taken,
 * by an execution in `taken` or by an earlier one of the chunk. Those to be left out keep their
 * name, so that the store leaves them out. Pure.
 */
export function settleNames(
  executions: readonly NewExecution[],
  taken: readonly TakenName[],
  options: NamingOptions,
): NewExecution[] {
  const batchByName = new Map(taken.map(({ name, batchId }) => [name, batchId]));
  return executions.map((execution) => {
    const { name, batchId = null } = execution;
    const holder = batchByName.get(name);
    if (holder === undefined) {
      batchByName.set(name, batchId);
      return execution;
    }
    const isOwn = holder === batchId;
    const rule = options.onNameTaken ?? (isOwn ? 'fail' : 'skip');
    if (rule === 'skip') return execution;
    return rule === 'suffix' ? withSuffix(execution) : asFailed(execution, isOwn, options);
  });
}

function withSuffix(execution: NewExecution): NewExecution {
  const suffix = `-${execution.batchIndex}`;
  return { ...execution, name: execution.name.slice(0, nameMax - suffix.length) + suffix };
}

/** The failed item is not linked to its source, so that a later batch can take it. */
function asFailed(
  { link: _link, ...execution }: NewExecution,
  isOwn: boolean,
  { namePrefix }: NamingOptions,
): NewExecution {
  const holder = isOwn ? 'an earlier item of the batch' : 'an earlier execution of the machine';
  return {
    ...execution,
    name: `${namePrefix}-${execution.batchIndex}`,
    retriesMax: 0,
    problem: `the name ${JSON.stringify(execution.name)} is taken by ${holder}`,
  };
}
