/** The archive: what failed for good, by cause, and orders over it. */
import { useMemo } from 'react';
import { api } from '../../api/api.ts';
import { commandsFor } from '../../commands/page-commands.ts';
import { pathTo } from '../../router/routes.ts';
import { useZone } from '../../time/clock-store.ts';
import { Empty } from '../../ui/empty.tsx';
import { filtersText, isSet } from '../../ui/filter/filter.ts';
import { FilterBar } from '../../ui/filter/filter-bar.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { DataTable } from '../../ui/table/data-table.tsx';
import { ListFoot } from '../../ui/table/list-foot.tsx';
import { heldRows } from '../../ui/table/list-pages.ts';
import { pageRows, useListPages } from '../../ui/table/use-list-pages.ts';
import { useRowChoice } from '../../ui/table/use-row-choice.ts';
import { UrlFaults } from '../../ui/url-faults.tsx';
import { useUrlState } from '../../url-state/use-url-state.ts';
import { ViewsMenu } from '../../views/views-menu.tsx';
import { type ArchiveEntry, archiveColumns } from './archive-columns.tsx';
import { archiveCodecs, archiveFilters, archiveQuery, archiveWords } from './archive-filters.ts';
import { ArchiveOrders } from './archive-orders.tsx';
import { ArchiveSummary } from './archive-summary.tsx';

const rowKey = ({ taskId }: ArchiveEntry) => taskId;
const href = ({ taskId }: ArchiveEntry) => pathTo('archived', { taskId });

/** The archive, newest first. */
export function ArchiveScreen() {
  const { values, faults, set } = useUrlState(archiveCodecs);
  const zone = useZone();
  const query = archiveQuery(values);
  const listKey = JSON.stringify(['listArchive', query]);
  const source = useListPages<ArchiveEntry>({
    listKey,
    rowKey,
    load: async (cursor, signal) => {
      const call = { query: { ...query, limit: pageRows, cursor } };
      const { entries, next } = await api.call('listArchive', call, signal);
      return { rows: entries, next };
    },
  });
  const keys = useMemo(() => heldRows(source.list).map(rowKey), [source.list]);
  const choice = useRowChoice(keys, listKey);
  const isFiltered = archiveFilters.some(({ key }) => isSet(values[key as keyof typeof values]));
  return (
    <>
      <PageHead
        title="Archive"
        actions={
          <>
            <ArchiveOrders
              choice={choice}
              values={values}
              scope={filtersText(archiveFilters, values, zone)}
            />
            <ViewsMenu screen="archive" />
          </>
        }
        commands={commandsFor(archiveWords(values), 'listArchive', { query })}
      >
        <FilterBar filters={archiveFilters} values={values} onChange={set} />
      </PageHead>
      <UrlFaults faults={faults} />
      {!isFiltered && <ArchiveSummary onChoose={set} />}
      <DataTable
        label="Archive"
        source={source}
        columns={archiveColumns}
        rowKey={rowKey}
        href={href}
        choice={choice}
        empty={
          <Empty
            title={
              isFiltered ? 'Nothing in the archive matches.' : 'Nothing failed for good. Good.'
            }
          />
        }
      />
      <ListFoot source={source} thing="entry" things="entries" />
    </>
  );
}
