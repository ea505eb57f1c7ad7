/** The visits of two executions, row by row. */
import { ScreenLink } from '../../router/screen-link.tsx';
import { Visible } from '../../text/visible.tsx';
import { Panel } from '../../ui/panel.tsx';
import { StatusMark } from '../../ui/status-badge.tsx';
import { Took } from '../../ui/time.tsx';
import styles from './compare-screen.module.css';
import type { ComparedRow, Comparison } from './compare-visits.ts';
import type { Visit } from './visit.ts';

const differences = {
  state: 'another state',
  status: 'another outcome',
  error: 'another error',
} as const;

/** Shows where two executions part. */
export function ComparedRows({
  comparison: { rows, partsAt },
  left,
  right,
}: {
  readonly comparison: Comparison;
  readonly left: string;
  readonly right: string;
}) {
  const first = partsAt === null ? undefined : rows[partsAt];
  return (
    <Panel title="States" aside={partsText(first)} flush>
      <table className={styles.table}>
        <thead>
          <tr>
            <th scope="col">Left</th>
            <th scope="col">Right</th>
            <th scope="col">Differs in</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr
              // biome-ignore lint/suspicious/noArrayIndexKey: the nth row is the nth visit of both
              key={index}
              data-first={index === partsAt || undefined}
            >
              <td>{row.left !== undefined && <VisitLine visit={row.left} id={left} />}</td>
              <td>{row.right !== undefined && <VisitLine visit={row.right} id={right} />}</td>
              <td>{row.difference !== null && differences[row.difference]}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Panel>
  );
}

function partsText(row: ComparedRow | undefined): string {
  if (row === undefined) return 'the same states with the same outcomes';
  const names = [row.left?.state ?? 'the end', row.right?.state ?? 'the end'];
  return names[0] === names[1] ? `they part in ${names[0]}` : `they part: ${names.join(' / ')}`;
}

function VisitLine({ visit, id }: { readonly visit: Visit; readonly id: string }) {
  const { state, status, eventId, enteredAt, endedAt, error } = visit;
  return (
    <span className={styles.visit}>
      <StatusMark status={status} />
      <ScreenLink to="execution" params={{ executionId: id }} query={{ state, visit: eventId }}>
        <Visible text={state} />
      </ScreenLink>
      <span className={styles.took}>
        <Took from={enteredAt} to={endedAt} />
      </span>
      {error !== null && (
        <span className={styles.error}>
          <Visible text={error} />
        </span>
      )}
    </span>
  );
}
