import type { Io } from '../io.ts';
import { noPaint, type Paint } from './paint.ts';

/** How a table is shown. */
export interface TableLook {
  /** Width that it must fit; undefined where there is no terminal, and it may be of any width. */
  readonly columns?: number | undefined;
  readonly paint: Paint;
}

/** The look of tables in pipes, files and documents: whole, and without colours. */
export const plainLook: TableLook = Object.freeze({ paint: noPaint });

/** Returns the look of tables on the output of a command. */
export function tableLook({ stdout, paint = noPaint }: Pick<Io, 'stdout' | 'paint'>): TableLook {
  return { paint, columns: stdout.isTTY ? stdout.columns : undefined };
}
