/** The list of batches, and the dialog that starts one. */
import { Play } from 'lucide-react';
import { api } from '../../api/api.ts';
import { useApp } from '../../app/app-info.tsx';
import { commandsFor } from '../../commands/page-commands.ts';
import { pathTo } from '../../router/routes.ts';
import { ActionBar } from '../../ui/action-bar.tsx';
import { Empty } from '../../ui/empty.tsx';
import { isSet } from '../../ui/filter/filter.ts';
import { FilterBar } from '../../ui/filter/filter-bar.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { DataTable } from '../../ui/table/data-table.tsx';
import { ListFoot } from '../../ui/table/list-foot.tsx';
import { pageRows, useListPages } from '../../ui/table/use-list-pages.ts';
import { UrlFaults } from '../../ui/url-faults.tsx';
import { useUrlFlag } from '../../url-state/use-url-flag.ts';
import { useUrlState } from '../../url-state/use-url-state.ts';
import { type Batch, batchColumns } from './batch-columns.tsx';
import { batchCodecs, batchFilters, batchQuery, batchWords } from './batch-filters.ts';
import { StartBatchDialog } from './start-batch-dialog.tsx';

const rowKey = ({ id }: Batch) => id;
const href = ({ id }: Batch) => pathTo('batch', { batchId: id });

/** All batches, newest first. */
export function BatchesScreen() {
  const { values, faults, set } = useUrlState(batchCodecs);
  const query = batchQuery(values);
  const listKey = JSON.stringify(['listBatches', query]);
  const source = useListPages<Batch>({
    listKey,
    rowKey,
    load: async (cursor, signal) => {
      const call = { query: { ...query, limit: pageRows, cursor } };
      const { batches, next, lookedAt } = await api.call('listBatches', call, signal);
      return { rows: batches, next, lookedAt };
    },
  });
  const isFiltered = batchFilters.some(({ key }) => isSet(values[key as keyof typeof values]));
  return (
    <>
      <PageHead
        title="Batches"
        actions={<StartBatch />}
        commands={commandsFor(batchWords(values), 'listBatches', { query })}
      >
        <FilterBar filters={batchFilters} values={values} onChange={set} />
      </PageHead>
      <UrlFaults faults={faults} />
      <DataTable
        label="Batches"
        source={source}
        columns={batchColumns}
        rowKey={rowKey}
        href={href}
        empty={
          <Empty title={isFiltered ? 'No batch matches.' : 'There is no batch yet.'}>
            {!isFiltered && (
              <p>A batch is many executions of one machine, one for each item of a source.</p>
            )}
          </Empty>
        }
      />
      <ListFoot source={source} thing="batch" things="batches" />
    </>
  );
}

function StartBatch() {
  const [isOpen, setOpen] = useUrlFlag('start');
  const batches = useApp().app?.batches;
  return (
    <>
      <ActionBar
        actions={[
          {
            word: 'Start a batch…',
            needs: 'operate',
            icon: Play,
            kind: 'primary',
            blocked: batches?.length === 0 ? 'The configuration has no batch' : null,
            onSelect: () => setOpen(true),
          },
        ]}
      />
      {isOpen && <StartBatchDialog onClose={() => setOpen(false)} />}
    </>
  );
}
