/** A field that finds a state in a large graph. */
import { useId, useMemo, useState } from 'react';
import type { MachineGraph } from '../../../lib/graph/machine-graph.ts';
import { visibleText } from '../text/visible-text.ts';
import { findStateName } from './find-states.ts';
import styles from './graph-view.module.css';

/** Graphs with fewer states are seen at a glance. */
const searchedFrom = 12;

/** Chooses the state that is typed or picked from the list. */
export function StateFinder({
  graph,
  onChoose,
}: {
  readonly graph: MachineGraph;
  readonly onChoose: (name: string) => void;
}) {
  const id = useId();
  const [typed, setTyped] = useState('');
  const names = useMemo(() => graph.states.map(({ name }) => name), [graph]);
  if (names.length < searchedFrom) return null;
  const choose = (text: string) => {
    const found = findStateName(names, text);
    if (found !== undefined) onChoose(found);
  };
  return (
    <form
      className={styles.finder}
      onSubmit={(event) => {
        event.preventDefault();
        choose(typed);
      }}
    >
      <input
        list={id}
        value={typed}
        placeholder="Find a state"
        aria-label="Find a state"
        spellCheck={false}
        onChange={({ target: { value } }) => {
          setTyped(value);
          // Picked from the list: there is no key to wait for.
          if (names.includes(value)) choose(value);
        }}
      />
      <datalist id={id}>
        {names.map((name) => (
          <option key={name} value={name} label={visibleText(name)} />
        ))}
      </datalist>
    </form>
  );
}
