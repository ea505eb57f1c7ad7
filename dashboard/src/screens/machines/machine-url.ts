/** What the page of a machine keeps in its address. Pure. */
import { stateNames } from '../../graph/folded-codec.ts';
import { flag, oneOf, text, wholeNumber } from '../../url-state/codecs.ts';
import type { ValuesOf } from '../../url-state/url-state.ts';
import { heatModes } from '../batch/state-heat.ts';

const versionMax = 999_999_999;

/** The parameters of the page. */
export const machineUrl = {
  /** Null for the newest. */
  version: wholeNumber(1, versionMax),
  tab: oneOf(['graph', 'definition', 'versions'], 'graph'),
  show: oneOf(heatModes, 'now'),
  state: text,
  fold: stateNames,
  /** The version on the left of a comparison; null for the one before. */
  against: wholeNumber(1, versionMax),
  start: flag,
};

/** The values of the page. */
export type MachineUrl = ValuesOf<typeof machineUrl>;

/** What the parts of the page get. */
export interface MachineTabProps {
  readonly machineId: string;
  /** The version that is shown. */
  readonly version: number;
  readonly values: MachineUrl;
  readonly set: (changes: Partial<MachineUrl>, how?: 'push' | 'replace') => void;
}
