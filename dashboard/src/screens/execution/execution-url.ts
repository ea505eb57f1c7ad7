/** What the page of an execution keeps in its address. Pure. */
import { stateNames } from '../../graph/folded-codec.ts';
import { flag, oneOf, text, wholeNumber } from '../../url-state/codecs.ts';
import type { ValuesOf } from '../../url-state/url-state.ts';

const numberMax = 999_999_999;

/** The parameters of the page. */
export const executionUrl = {
  view: oneOf(['graph', 'timeline', 'events'], 'graph'),
  /** The chosen state, in all three views. */
  state: text,
  /** The chosen visit of it, by its event; null for the newest. */
  visit: wholeNumber(1, numberMax),
  /** The branch or iteration that is looked at. */
  place: text,
  attempt: wholeNumber(1, numberMax),
  tab: oneOf(['auto', 'input', 'output', 'error', 'tries', 'definition', 'timing'], 'auto'),
  fold: stateNames,
  type: text,
  failed: flag,
};

/** The values of the page. */
export type ExecutionUrl = ValuesOf<typeof executionUrl>;

/** Changes values of the page's address. */
export type ChangeUrl = (changes: Partial<ExecutionUrl>, how?: 'push' | 'replace') => void;
