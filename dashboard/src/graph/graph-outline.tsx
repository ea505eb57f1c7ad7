/** A graph as a nested list: for narrow screens, and for those who cannot see the canvas. */
import { memo } from 'react';
import type { GraphState, MachineGraph } from '../../../lib/graph/machine-graph.ts';
import { rootScope } from '../../../lib/graph/machine-graph.ts';
import { stateCaption } from '../../../lib/graph/state-caption.ts';
import { Visible } from '../text/visible.tsx';
import { visibleText } from '../text/visible-text.ts';
import { StatusMark } from '../ui/status-badge.tsx';
import styles from './graph-outline.module.css';
import { IterationStrip } from './iteration-strip.tsx';
import { type OverlayStore, useOverlay } from './overlay-store.ts';

interface OutlineProps {
  readonly graph: MachineGraph;
  readonly store: OverlayStore;
  readonly chosen: string;
  readonly onChoose: (name: string) => void;
}

/** Lists the states in the order of a walk, those inside of a Parallel or Map below it. */
export function GraphOutline({ label, ...props }: OutlineProps & { readonly label: string }) {
  return (
    <nav className={styles.outline} aria-label={label}>
      <ScopeList scope={rootScope} {...props} />
    </nav>
  );
}

function ScopeList({ scope, ...props }: OutlineProps & { readonly scope: string }) {
  const { graph, chosen, onChoose, store } = props;
  return (
    <ol className={styles.list}>
      {graph.states
        .filter((state) => state.scope === scope)
        .map((state) => (
          <li key={state.name}>
            <OutlineState
              state={state}
              leads={leadsOf(graph, state.name)}
              store={store}
              isChosen={state.name === chosen}
              onChoose={onChoose}
            />
            {graph.scopes
              .filter(({ owner }) => owner === state.name)
              .map(({ id, kind, index }) => (
                <section
                  key={id}
                  className={styles.scope}
                  aria-label={kind === 'map' ? 'each item' : `branch ${index + 1}`}
                >
                  <ScopeList {...props} scope={id} />
                </section>
              ))}
          </li>
        ))}
    </ol>
  );
}

const OutlineState = memo(function OutlineState({
  state,
  leads,
  store,
  isChosen,
  onChoose,
}: {
  readonly state: GraphState;
  readonly leads: string;
  readonly store: OverlayStore;
  readonly isChosen: boolean;
  readonly onChoose: (name: string) => void;
}) {
  const { status, notes, sentence, strip, isFaint } = useOverlay(store, state.name);
  return (
    <button
      type="button"
      className={styles.state}
      data-state={state.name}
      data-faint={isFaint || undefined}
      aria-pressed={isChosen}
      onClick={() => onChoose(isChosen ? '' : state.name)}
    >
      <span className={styles.name}>
        {status !== null && <StatusMark status={status} />}
        <Visible text={state.name} />
      </span>
      <span className={styles.facts}>
        <Visible text={stateCaption(state)} />
        {notes.map((note) => (
          <b key={note}>{note}</b>
        ))}
      </span>
      {strip !== null && <IterationStrip runs={strip} width={240} height={8} />}
      {sentence !== '' && <span className="visually-hidden">{sentence}</span>}
      {leads !== '' && <span className={styles.leads}>→ {leads}</span>}
    </button>
  );
});

function leadsOf({ edges }: MachineGraph, name: string): string {
  const names = edges
    .filter(({ from }) => from === name)
    .map(({ to, kind }) => `${kind === 'catch' ? '⚠ ' : ''}${visibleText(to)}`);
  return [...new Set(names)].join(', ');
}
