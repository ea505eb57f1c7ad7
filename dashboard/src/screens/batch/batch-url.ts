/** What the page of a batch keeps in its address. Pure. */
import { stateNames } from '../../graph/folded-codec.ts';
import { oneOf, text } from '../../url-state/codecs.ts';
import type { ValuesOf } from '../../url-state/url-state.ts';
import { heatModes } from './state-heat.ts';

/** The parameters of the page. */
export const batchUrl = {
  show: oneOf(heatModes, 'now'),
  state: text,
  fold: stateNames,
};

/** The values of the page. */
export type BatchUrl = ValuesOf<typeof batchUrl>;
