/**
 * Keeps values that several branches share once in the text of a snapshot: a Parallel gives all its
 * branches the same input, which is as large as a payload may be, and they may all return it.
 */
import type { Json } from '../../asl/json/json.ts';
import type { Branch, Doing, Done } from '../snapshot.ts';

/** A branch as it is written: a value that an earlier branch has is replaced by its position. */
type Written =
  | (Omit<Branch, 'input'> & { readonly input?: Json; readonly inputOf?: number })
  | (Omit<Done, 'output'> & { readonly output?: Json; readonly outputOf?: number });

/** Position that stands for the Parallel or Map around the branches. */
const host = -1;

/** Returns the branch to write. */
export function writeSharedValues(branch: Branch | Done): unknown {
  if ('output' in branch) return branch;
  const children = listInner(branch.doing);
  if (children === undefined) return branch;
  const owners = new Map<Json, number>([[branch.input, host]]);
  return withChildren(
    branch,
    children.map((child, index) => writeChild(child, index, owners)),
  );
}

function writeChild(child: Branch | Done, index: number, owners: Map<Json, number>): unknown {
  const isDone = 'output' in child;
  const value = isDone ? child.output : child.input;
  // Only values that are the same object, so that nothing is compared.
  const owner = typeof value === 'object' && value !== null ? owners.get(value) : undefined;
  if (owner === undefined) {
    if (!owners.has(value)) owners.set(value, index);
    return writeSharedValues(child);
  }
  if (isDone) {
    const { output: _, ...rest } = child;
    return { ...rest, outputOf: owner } satisfies Written;
  }
  const { input: _, ...rest } = writeSharedValues(child) as Branch;
  return { ...rest, inputOf: owner } satisfies Written;
}

/** Returns the branch that was written by {@link writeSharedValues}. */
export function readSharedValues(branch: Branch | Done): Branch | Done {
  if ('output' in branch) return branch;
  const children: readonly Written[] | undefined = listInner(branch.doing);
  if (children === undefined) return branch;
  const read: (Branch | Done)[] = [];
  for (const child of children) read.push(readChild(child, branch.input, read));
  return withChildren(branch, read) as Branch;
}

function readChild(child: Written, hostInput: Json, earlier: readonly (Branch | Done)[]) {
  const valueAt = (position: number): Json => {
    const owner = earlier[position];
    if (owner === undefined) return hostInput;
    return 'output' in owner ? owner.output : owner.input;
  };
  if ('outputOf' in child && child.outputOf !== undefined) {
    const { outputOf, ...rest } = child;
    return { output: valueAt(outputOf), ...rest };
  }
  if (!('inputOf' in child) || child.inputOf === undefined) {
    return readSharedValues(child as Branch | Done);
  }
  // The order of the fields is that of every other branch.
  const { inputOf, state, ...rest } = child;
  return readSharedValues({ state, input: valueAt(inputOf), ...rest });
}

function listInner(doing: Doing): readonly (Branch | Done)[] | undefined {
  if (doing.kind === 'parallel') return doing.branches;
  return doing.kind === 'map' ? doing.iterations : undefined;
}

function withChildren(branch: Branch, children: readonly unknown[]): unknown {
  const { doing } = branch;
  const replaced =
    doing.kind === 'map' ? { ...doing, iterations: children } : { ...doing, branches: children };
  return { ...branch, doing: replaced };
}
