/** The rows of a difference side by side. Pure. */
import { type DiffLine, diffLines } from './line-diff.ts';

/** A line of one side. */
export interface DiffSide {
  readonly number: number;
  readonly text: string;
  readonly isChanged: boolean;
}

/** A row: a line of each side, or a number of lines that are left out. */
export type DiffBlock =
  | { readonly kind: 'skipped'; readonly key: string; readonly count: number }
  | {
      readonly kind: 'row';
      readonly key: string;
      readonly left: DiffSide | undefined;
      readonly right: DiffSide | undefined;
    };

/** How many lines around a change are shown. */
const contextLines = 3;

/** Returns the rows of the difference of two texts. */
export function diffBlocks(left: string, right: string): DiffBlock[] {
  return skipSame(pairLines(diffLines(left, right)));
}

type Row = Extract<DiffBlock, { readonly kind: 'row' }>;

/** Puts a removed line beside the line that took its place. */
function pairLines(lines: readonly DiffLine[]): Row[] {
  const rows: Row[] = [];
  let removed: DiffSide[] = [];
  const add = (left: DiffSide | undefined, right: DiffSide | undefined) => {
    rows.push({ kind: 'row', key: `${left?.number ?? ''}-${right?.number ?? ''}`, left, right });
  };
  const flush = () => {
    for (const side of removed) add(side, undefined);
    removed = [];
  };
  for (const { kind, text, left, right } of lines) {
    if (kind === 'left') removed.push({ number: left ?? 0, text, isChanged: true });
    else if (kind === 'right') add(removed.shift(), { number: right ?? 0, text, isChanged: true });
    else {
      flush();
      add(
        { number: left ?? 0, text, isChanged: false },
        { number: right ?? 0, text, isChanged: false },
      );
    }
  }
  flush();
  return rows;
}

function isChanged({ left, right }: Row): boolean {
  return left === undefined || right === undefined || left.isChanged;
}

function skipSame(rows: readonly Row[]): DiffBlock[] {
  const isShown = rows.map(() => false);
  for (const [index, row] of rows.entries()) {
    if (!isChanged(row)) continue;
    for (let near = index - contextLines; near <= index + contextLines; near++) {
      if (near >= 0 && near < rows.length) isShown[near] = true;
    }
  }
  const blocks: DiffBlock[] = [];
  let count = 0;
  const flush = () => {
    if (count > 0) blocks.push({ kind: 'skipped', key: `skipped ${blocks.length}`, count });
    count = 0;
  };
  for (const [index, row] of rows.entries()) {
    if (isShown[index]) {
      flush();
      blocks.push(row);
    } else count += 1;
  }
  flush();
  return blocks;
}
