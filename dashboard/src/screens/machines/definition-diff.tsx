/** The difference of two definitions, side by side, without what is the same far and wide. */
import { useMemo } from 'react';
import { useOperation } from '../../api/use-operation.ts';
import { formatThings } from '../../text/format-number.ts';
import { Visible } from '../../text/visible.tsx';
import { Loaded } from '../../ui/panel.tsx';
import { type DiffBlock, diffBlocks } from './diff-blocks.ts';
import styles from './machines.module.css';

/** Shows how two versions of a machine differ. */
export function DefinitionDiff({
  machineId,
  left,
  right,
}: {
  readonly machineId: string;
  readonly left: number;
  readonly right: number;
}) {
  const options = { staleMs: Number.POSITIVE_INFINITY };
  const call = (version: number) => ({ params: { machineId }, query: { version } });
  const a = useOperation('getMachine', call(left), options);
  const b = useOperation('getMachine', call(right), options);
  return (
    <Loaded query={a} rows={6}>
      {(before) => (
        <Loaded query={b} rows={6}>
          {(after) => (
            <Diff
              left={JSON.stringify(before.definition, null, 2)}
              right={JSON.stringify(after.definition, null, 2)}
            />
          )}
        </Loaded>
      )}
    </Loaded>
  );
}

function Diff({ left, right }: { readonly left: string; readonly right: string }) {
  const blocks = useMemo(() => diffBlocks(left, right), [left, right]);
  if (left === right) return <p>The definitions are the same.</p>;
  return (
    <table className={styles.diff} aria-label="Difference of the definitions">
      <colgroup>
        <col className={styles.number} />
        <col />
        <col className={styles.number} />
        <col />
      </colgroup>
      <tbody>
        {blocks.map((block) => (
          <Block key={block.key} block={block} />
        ))}
      </tbody>
    </table>
  );
}

function Block({ block }: { readonly block: DiffBlock }) {
  if (block.kind === 'skipped') {
    return (
      <tr className={styles.skipped}>
        <td colSpan={4}>{formatThings(block.count, 'line')} that are the same</td>
      </tr>
    );
  }
  const { left, right } = block;
  return (
    <tr>
      <td className={styles.number}>{left?.number}</td>
      <td data-kind={left?.isChanged ? 'left' : undefined}>
        <Visible text={left?.text ?? ''} />
      </td>
      <td className={styles.number}>{right?.number}</td>
      <td data-kind={right?.isChanged ? 'right' : undefined}>
        <Visible text={right?.text ?? ''} />
      </td>
    </tr>
  );
}
