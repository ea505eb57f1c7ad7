/** Finds things by id, `machine:name`, the beginning of a name, a batch, a queue or an error. */
import { useQuery } from '@tanstack/react-query';
import { type KeyboardEvent, useDeferredValue, useId, useState } from 'react';
import { useLocation } from 'wouter';
import type { ApiReply } from '../../../lib/api/contract/contract.ts';
import { api } from '../api/api.ts';
import { Visible } from '../text/visible.tsx';
import { Dialog } from '../ui/dialog.tsx';
import { ProblemNote } from '../ui/problem-note.tsx';
import { StatusBadge } from '../ui/status-badge.tsx';
import styles from './find-dialog.module.css';
import { type Hit, hitPath } from './hits.ts';

/** Asks while one types; Enter opens the chosen hit. */
export function FindDialog({ onClose }: { readonly onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  const [, navigate] = useLocation();
  const q = useDeferredValue(typed.trim());
  const id = useId();
  const { data, error, isFetching } = useFind(q);
  const hits = q === '' ? [] : (data?.hits ?? []);
  const open = (hit: Hit | undefined) => {
    if (hit === undefined) return;
    onClose();
    navigate(hitPath(hit));
  };
  const onKey = (event: KeyboardEvent) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === 'Enter') open(hits[chosen]);
    else if (step !== undefined && hits.length > 0) {
      setChosen((chosen + step + hits.length) % hits.length);
    } else return;
    event.preventDefault();
  };
  return (
    <Dialog title="Find" onClose={onClose}>
      <input
        className={styles.input}
        type="text"
        role="combobox"
        aria-expanded={hits.length > 0}
        aria-controls={id}
        aria-activedescendant={hits.length > 0 ? `${id}-${chosen}` : undefined}
        aria-label="An id, machine:name, the beginning of a name, a batch, a queue or an error"
        placeholder="id, machine:name, beginning of a name, batch, queue, error"
        autoComplete="off"
        spellCheck={false}
        autoFocus
        value={typed}
        onKeyDown={onKey}
        onChange={(event) => {
          setTyped(event.target.value);
          setChosen(0);
        }}
      />
      {error !== null && <ProblemNote error={error} />}
      <Hits id={id} hits={hits} chosen={chosen} onOpen={open} />
      {q !== '' && !isFetching && hits.length === 0 && error === null && (
        <p className={styles.none}>
          Nothing is called <Visible text={q} />. Documents are not searched here: the list of
          executions can look into them.
        </p>
      )}
    </Dialog>
  );
}

function Hits({
  id,
  hits,
  chosen,
  onOpen,
}: {
  readonly id: string;
  readonly hits: readonly Hit[];
  readonly chosen: number;
  readonly onOpen: (hit: Hit) => void;
}) {
  return (
    <div id={id} role="listbox" aria-label="Found" className={styles.hits}>
      {hits.map((hit, index) => (
        <div
          key={`${hit.kind} ${hit.id}`}
          id={`${id}-${index}`}
          role="option"
          tabIndex={-1}
          aria-selected={index === chosen}
          className={styles.hit}
          onClick={() => onOpen(hit)}
          onKeyDown={() => {}}
        >
          <span className={styles.kind}>{hit.kind}</span>
          <span className={styles.label}>
            <Visible text={hit.label} />
          </span>
          {hit.status !== null && <StatusBadge status={hit.status} quiet />}
        </div>
      ))}
    </div>
  );
}

function useFind(q: string) {
  return useQuery<ApiReply<'find'>>({
    queryKey: ['find', q],
    queryFn: ({ signal }) => api.call('find', { query: { q } }, signal),
    enabled: q !== '',
    placeholderData: (before) => before,
  });
}
