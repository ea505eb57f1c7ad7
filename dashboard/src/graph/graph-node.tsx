/** One state of a graph. */
import { ChevronsDownUp, ChevronsUpDown } from 'lucide-react';
import { Fragment, memo } from 'react';
import type { PlacedState } from '../../../lib/graph/layout.ts';
import type { GraphState } from '../../../lib/graph/machine-graph.ts';
import { stateCaption } from '../../../lib/graph/state-caption.ts';
import { Visible } from '../text/visible.tsx';
import { visibleText } from '../text/visible-text.ts';
import { StatusMark } from '../ui/status-badge.tsx';
import styles from './graph-node.module.css';
import { IterationStrip } from './iteration-strip.tsx';
import type { NodeOverlay } from './node-overlay.ts';
import { type OverlayStore, useOverlay } from './overlay-store.ts';

/** A state with its place, and what it reports. */
export interface GraphNodeProps {
  readonly box: PlacedState;
  readonly state: GraphState;
  readonly store: OverlayStore;
  readonly isChosen: boolean;
  readonly isTabStop: boolean;
  /** Whether states are inside of it, drawn or folded. */
  readonly hasScopes: boolean;
  readonly onChoose: (name: string) => void;
  readonly onPoint: (name: string) => void;
  readonly onToggle: (name: string) => void;
}

/** Draws a state. It is drawn again when its own overlay changes, and not with the others. */
export const GraphNode = memo(function GraphNode(props: GraphNodeProps) {
  const { box, state, store, isChosen, isTabStop, hasScopes } = props;
  const { onChoose, onPoint, onToggle } = props;
  const overlay = useOverlay(store, box.name);
  const { x, y, width, height, isOpen, name } = box;
  return (
    <div
      className={styles.node}
      style={{ left: x, top: y, width, height }}
      data-type={state.type}
      data-tone={overlay.tone ?? undefined}
      data-faint={overlay.isFaint || undefined}
      data-live={overlay.isLive || undefined}
      data-chosen={isChosen || undefined}
      data-open={isOpen || undefined}
      data-hot={(overlay.heat ?? 0) > 0 || undefined}
    >
      <Heat heat={overlay.heat} />
      <button
        type="button"
        className={styles.face}
        style={isOpen ? { height: box.headerHeight } : {}}
        data-state={name}
        tabIndex={isTabStop ? 0 : -1}
        aria-pressed={isChosen}
        aria-label={labelOf(state, overlay, box.stubs)}
        onClick={() => onChoose(isChosen ? '' : name)}
        onFocus={() => onPoint(name)}
        onBlur={() => onPoint('')}
        onPointerEnter={() => onPoint(name)}
        onPointerLeave={() => onPoint('')}
      >
        <Face state={state} overlay={overlay} width={width} />
      </button>
      {box.stubs.length > 0 && <Stubs names={box.stubs} />}
      {hasScopes && (
        <button
          type="button"
          className={styles.fold}
          tabIndex={isTabStop ? 0 : -1}
          aria-label={`${isOpen ? 'Fold' : 'Unfold'} ${visibleText(name)}`}
          onClick={() => onToggle(name)}
        >
          {isOpen ? <ChevronsDownUp size={14} /> : <ChevronsUpDown size={14} />}
        </button>
      )}
    </div>
  );
});

function Face({
  state,
  overlay: { status, notes, strip },
  width,
}: {
  readonly state: GraphState;
  readonly overlay: NodeOverlay;
  readonly width: number;
}) {
  return (
    <>
      <span className={styles.name} title={visibleText(state.name)}>
        {status !== null && <StatusMark status={status} />}
        <span className={styles.word}>
          <Visible text={state.name} />
        </span>
      </span>{' '}
      <span className={styles.line}>
        <span className={styles.word}>
          <Visible text={stateCaption(state)} />
        </span>
        {notes.map((note) => (
          <Fragment key={note}>
            {' '}
            <span className={styles.note}>{note}</span>
          </Fragment>
        ))}
        {state.isEnd && (
          <span className={styles.end} title="ends here" aria-hidden="true">
            ◎
          </span>
        )}
      </span>
      {strip !== null && <IterationStrip runs={strip} width={width - 24} height={10} />}
    </>
  );
}

/** Far catchers, which are drawn in full while the state is pointed at. */
function Stubs({ names }: { readonly names: readonly string[] }) {
  const text = names.map(visibleText).join(', ');
  return (
    <span className={styles.stubs} title={`catches to ${text}`}>
      ⚠ {text}
    </span>
  );
}

/** Fills a state from below, so that amounts can be compared without colour. */
function Heat({ heat }: { readonly heat: number | null }) {
  if (heat === null || heat <= 0) return null;
  return (
    <span
      className={styles.heat}
      style={{ opacity: 0.12 + 0.38 * heat, height: `${Math.max(6, heat * 100)}%` }}
    />
  );
}

/** Begins with what can be seen, so that people who speak to their machine can name the button. */
function labelOf(
  state: GraphState,
  { sentence, notes }: NodeOverlay,
  stubs: readonly string[],
): string {
  const parts = [
    [`${visibleText(state.name)}, ${visibleText(stateCaption(state))}`, ...notes].join(' '),
    sentence,
    state.retriers > 0 ? 'retries errors' : '',
    stubs.length > 0 ? `catches to ${stubs.map(visibleText).join(', ')}` : '',
    state.isEnd ? 'ends here' : '',
  ];
  return parts.filter((part) => part !== '').join('; ');
}
