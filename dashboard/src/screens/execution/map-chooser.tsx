/** The iterations of a Map: how they stand, and which one is looked at. */
import { useEffect, useRef, useState } from 'react';
import { IterationStrip } from '../../graph/iteration-strip.tsx';
import type { IterationRuns } from '../../graph/node-overlay.ts';
import { countIterations, iterationAt, nextIteration } from '../../graph/strip-parts.ts';
import { formatCount } from '../../text/format-number.ts';
import { Button } from '../../ui/button.tsx';
import { StatusMark } from '../../ui/status-badge.tsx';
import type { ChangeUrl, ExecutionUrl } from './execution-url.ts';
import styles from './side-panel.module.css';
import type { Visit } from './visit.ts';
import { iterationIn, placeInside } from './visit-places.ts';

const statusOf = {
  S: 'SUCCEEDED',
  F: 'FAILED',
  R: 'RUNNING',
  A: 'ABORTED',
  '-': 'PENDING',
} as const;

const words = { S: 'succeeded', F: 'failed', R: 'running', A: 'aborted', '-': 'not started' };

/** Shows the strip, the counts, and a field for the number of an iteration. */
export function MapChooser({
  visit,
  runs,
  values,
  set,
}: {
  readonly visit: Visit;
  readonly runs: IterationRuns;
  readonly values: ExecutionUrl;
  readonly set: ChangeUrl;
}) {
  const counts = countIterations(runs);
  const length = runs.reduce((sum, [, count]) => sum + count, 0);
  const chosen = iterationIn(values.place, visit);
  const choose = (index: number | null) => {
    if (index === null || index < 0 || index >= length) return;
    set({ place: placeInside(visit, index) }, 'replace');
  };
  const kinds = (['F', 'R', 'A', '-', 'S'] as const).filter((kind) => counts[kind] > 0);
  return (
    <div className={styles.map}>
      <WideStrip runs={runs} chosen={chosen ?? undefined} />
      <p className={styles.counts}>
        {kinds.map((kind) => (
          <span key={kind}>
            <StatusMark status={statusOf[kind]} /> {formatCount(counts[kind])} {words[kind]}
          </span>
        ))}
      </p>
      <IterationField key={chosen} chosen={chosen} length={length} onChoose={choose} />
      <p className={styles.counts}>
        {kinds.map((kind) => (
          <Button key={kind} onClick={() => choose(nextIteration(runs, kind, chosen ?? -1))}>
            Next {words[kind]}
          </Button>
        ))}
      </p>
      {chosen !== null && <p>Iteration {words[iterationAt(runs, chosen)]}.</p>}
    </div>
  );
}

function IterationField({
  chosen,
  length,
  onChoose,
}: {
  readonly chosen: number | null;
  readonly length: number;
  readonly onChoose: (index: number | null) => void;
}) {
  const [typed, setTyped] = useState(chosen === null ? '' : String(chosen));
  const submit = () => onChoose(/^\d{1,9}$/.test(typed.trim()) ? Number(typed) : null);
  return (
    <form
      className={styles.iteration}
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <label>
        iteration{' '}
        <input
          inputMode="numeric"
          value={typed}
          placeholder={`0 to ${length - 1}`}
          onChange={(event) => setTyped(event.target.value)}
        />
      </label>
      <Button type="submit">Look at it</Button>
    </form>
  );
}

function WideStrip({
  runs,
  chosen,
}: {
  readonly runs: IterationRuns;
  readonly chosen: number | undefined;
}) {
  const ref = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(320);
  useEffect(() => {
    const element = ref.current;
    if (element === null) return;
    const observer = new ResizeObserver(() => setWidth(Math.max(80, element.clientWidth)));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);
  return (
    <div ref={ref} className={styles.strip}>
      <IterationStrip runs={runs} width={width} height={22} chosen={chosen} />
    </div>
  );
}
