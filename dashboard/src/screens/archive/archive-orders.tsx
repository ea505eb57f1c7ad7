/** Orders over the archive: over the chosen entries, or over all that match the filters. */
import { RotateCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { OrderDialog } from '../../orders/order-dialog.tsx';
import type { OrderDraft } from '../../orders/order-draft.ts';
import { formatCount } from '../../text/format-number.ts';
import { ActionBar } from '../../ui/action-bar.tsx';
import type { RowChoice } from '../../ui/table/data-table.tsx';
import { type ArchiveFilters, archiveSelection } from './archive-filters.ts';

/** The buttons of the archive. */
export function ArchiveOrders({
  choice: { keys },
  values,
  scope,
}: {
  readonly choice: RowChoice;
  readonly values: ArchiveFilters;
  readonly scope: string;
}) {
  const [draft, setDraft] = useState<OrderDraft | null>(null);
  const isChosen = keys.size > 0;
  const blocked =
    keys.size > 1_000 ? 'Choose 1,000 entries at most, or none for all that match' : null;
  const of = isChosen ? ` these ${formatCount(keys.size)}…` : '…';
  const order = (action: 'redrive' | 'delete') => {
    const all = scope === '' ? 'the whole archive' : `all that match: ${scope}`;
    setDraft({
      action,
      over: isChosen ? { archive: { ids: [...keys] } } : archiveSelection(values),
      thing: 'archive entry',
      scope: isChosen ? `these ${keys.size}` : all,
    });
  };
  return (
    <>
      <ActionBar
        actions={[
          {
            word: `Redrive${of}`,
            needs: 'operate',
            icon: RotateCw,
            blocked,
            onSelect: () => order('redrive'),
          },
          {
            word: `Delete${of}`,
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
