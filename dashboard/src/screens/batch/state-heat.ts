/** The heat of a machine's states: where executions stand, fail, and take their time. Pure. */
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';
import type { MachineGraph } from '../../../../lib/graph/machine-graph.ts';
import { type NodeOverlay, noOverlay } from '../../graph/node-overlay.ts';
import type { Overlays } from '../../graph/overlay-store.ts';
import { formatCount, formatDuration, formatShort } from '../../text/format-number.ts';

/** What the executions of a batch or a machine do in one state. */
export type StateCounts = ApiReply<'getBatchStates'>['states'][number];

/** What a graph is coloured by. */
export const heatModes = ['now', 'failed', 'took'] as const;

/** What a graph is coloured by. */
export type HeatMode = (typeof heatModes)[number];

/** Returns the overlay of every state of the graph. */
export function heatOverlays(
  { states }: MachineGraph,
  counts: readonly StateCounts[],
  mode: HeatMode,
): Overlays {
  const byName = new Map(counts.map((each) => [each.name, each]));
  const most = counts.reduce((max, each) => Math.max(max, amountOf(each, mode)), 0);
  return new Map(
    states.map(({ name }) => {
      const own = byName.get(name);
      if (own === undefined || own.entered + own.current === 0) {
        return [name, { ...noOverlay, isFaint: true, heat: 0, sentence: 'not entered' }];
      }
      return [name, overlayOf(own, mode, most)];
    }),
  );
}

function amountOf({ current, failed, caught, tookMs }: StateCounts, mode: HeatMode): number {
  if (mode === 'now') return current;
  return mode === 'failed' ? failed + caught : (tookMs?.p95 ?? 0);
}

/** Amounts span six orders of magnitude, so a state with ten must not vanish beside a million. */
function heatOf(amount: number, most: number): number {
  return amount <= 0 || most <= 0 ? 0 : Math.log1p(amount) / Math.log1p(most);
}

const tones = { now: 'running', failed: 'failed', took: 'waiting' } as const;

function overlayOf(counts: StateCounts, mode: HeatMode, most: number): NodeOverlay {
  const amount = amountOf(counts, mode);
  return {
    ...noOverlay,
    tone: amount > 0 ? tones[mode] : null,
    heat: heatOf(amount, most),
    notes: notesOf(counts, mode),
    sentence: sentenceOf(counts),
  };
}

function notesOf({ current, retried, failed, caught, tookMs }: StateCounts, mode: HeatMode) {
  const some = (sign: string, count: number) => (count > 0 ? [sign + formatShort(count)] : []);
  switch (mode) {
    case 'now':
      return [...some('↻ ', retried), ...some('', current)];
    case 'failed':
      return [...some('⚠ ', caught), ...some('✕ ', failed)];
    default:
      return tookMs === null
        ? []
        : [`${formatDuration(tookMs.p50)} / ${formatDuration(tookMs.p95)}`];
  }
}

function sentenceOf({ current, entered, failed, caught, retried, tookMs }: StateCounts): string {
  const parts = [
    `${formatCount(current)} here now`,
    `${formatCount(entered)} entered`,
    `${formatCount(failed)} failed`,
    `${formatCount(caught)} caught`,
    `${formatCount(retried)} retried`,
    tookMs === null
      ? ''
      : `half within ${formatDuration(tookMs.p50)}, 95 % within ${formatDuration(tookMs.p95)}`,
  ];
  return parts.filter((part) => part !== '').join(', ');
}
