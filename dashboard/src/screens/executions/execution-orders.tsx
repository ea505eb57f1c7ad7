/** Orders over executions: over the chosen rows, or over all that match the filters. */
import { Ban, RotateCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { OrderDialog } from '../../orders/order-dialog.tsx';
import type { OrderAction, OrderDraft } from '../../orders/order-draft.ts';
import { formatThings } from '../../text/format-number.ts';
import { ActionBar } from '../../ui/action-bar.tsx';
import { Menu } from '../../ui/menu.tsx';
import type { RowChoice } from '../../ui/table/data-table.tsx';
import { type ExecutionFilters, executionSelection } from './execution-filters.ts';

/** The most ids that an order names one by one. */
const idsMax = 1_000;

/** What the buttons act on. */
interface ExecutionOrdersProps {
  readonly choice: RowChoice;
  readonly values: ExecutionFilters;
  /** The filters in words. */
  readonly scope: string;
}

/** The buttons; what they act on is said beside them. */
export function ExecutionOrders(props: ExecutionOrdersProps) {
  const { keys, setAll } = props.choice;
  const [draft, setDraft] = useState<OrderDraft | null>(null);
  const blocked = blockedBy(props);
  const order = (action: OrderAction) => setDraft(draftOf(action, props));
  return (
    <>
      {keys.size > 0 && (
        <Menu
          items={[
            { key: 'all', word: 'All that match', onSelect: () => setAll(false) },
            { key: 'rows', word: 'All rows read so far', onSelect: () => setAll(true) },
          ]}
        >
          These {formatThings(keys.size, 'row')}
        </Menu>
      )}
      <ActionBar
        actions={[
          {
            word: 'Redrive…',
            needs: 'operate',
            icon: RotateCw,
            blocked,
            onSelect: () => order('redrive'),
          },
          {
            word: 'Cancel…',
            needs: 'operate',
            icon: Ban,
            blocked,
            onSelect: () => order('cancel'),
          },
          {
            word: 'Delete…',
            needs: 'own',
            icon: Trash2,
            kind: 'danger',
            blocked,
            onSelect: () => order('delete'),
          },
        ]}
      />
      {draft !== null && <OrderDialog draft={draft} onClose={() => setDraft(null)} />}
    </>
  );
}

function blockedBy({ choice: { keys }, values }: ExecutionOrdersProps): string | null {
  if (keys.size > idsMax) return `Choose ${idsMax} rows at most, or all that match`;
  if (keys.size > 0) return null;
  const selection = executionSelection(values);
  return 'blocked' in selection ? selection.blocked : null;
}

function draftOf(
  action: OrderAction,
  { choice: { keys }, values, scope }: ExecutionOrdersProps,
): OrderDraft | null {
  if (keys.size > 0) {
    const over = { executions: { ids: [...keys] } };
    return { action, over, thing: 'execution', scope: `these ${keys.size}` };
  }
  const selection = executionSelection(values);
  if ('blocked' in selection) return null;
  return {
    action,
    over: selection.over,
    thing: 'execution',
    scope: scope === '' ? 'all executions' : `all that match: ${scope}`,
  };
}
