import { clock, document, now } from '../../fragments/common-fragments.ts';
import { addRareFigures, addStateCounts, type FigureSource } from '../../fragments/figure-sums.ts';
import type { Statement } from '../../sql-client.ts';

const source: FigureSource = {
  list: (name, columns) => `FROM json_to_recordset(${document}->'${name}') AS f (${columns})`,
  at: now,
};

/**
 * Adds the figures of checkpoints that were written by a commit of which another part was refused
 * or repeated.
 */
export const addFigures: Statement = {
  name: 'add_figures',
  text: `WITH ${clock},
${addStateCounts(source)},
${addRareFigures(source)}
SELECT true AS "added"`,
};
