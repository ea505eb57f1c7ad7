/** The list of executions: every filter is a chip; orders are over what is chosen or matches. */
import { useMemo, useState } from 'react';
import { api } from '../../api/api.ts';
import { commandsFor } from '../../commands/page-commands.ts';
import { pathTo } from '../../router/routes.ts';
import { useZone } from '../../time/clock-store.ts';
import { Empty } from '../../ui/empty.tsx';
import { filtersText, isSet } from '../../ui/filter/filter.ts';
import { FilterBar } from '../../ui/filter/filter-bar.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { ColumnsMenu } from '../../ui/table/columns-menu.tsx';
import { DataTable } from '../../ui/table/data-table.tsx';
import { ListFoot } from '../../ui/table/list-foot.tsx';
import { heldRows } from '../../ui/table/list-pages.ts';
import { pageRows, useListPages } from '../../ui/table/use-list-pages.ts';
import { useRowChoice } from '../../ui/table/use-row-choice.ts';
import { UrlFaults } from '../../ui/url-faults.tsx';
import { someOf, text } from '../../url-state/codecs.ts';
import { useUrlState } from '../../url-state/use-url-state.ts';
import { ViewsMenu } from '../../views/views-menu.tsx';
import {
  type ExecutionRow,
  executionColumnKeys,
  executionColumns,
  nameColumn,
  usualExecutionColumns,
} from './execution-columns.tsx';
import {
  type ExecutionFilters,
  executionCodecs,
  executionFilters,
  executionQuery,
  executionWords,
} from './execution-filters.ts';
import { ExecutionOrders } from './execution-orders.tsx';
import { LookButton, LookIntoDocuments } from './look-into-documents.tsx';

const codecs = {
  ...executionCodecs,
  columns: someOf(executionColumnKeys, usualExecutionColumns),
  look: text,
  lookFrom: text,
};

const rowKey = ({ id }: ExecutionRow) => id;

/** All executions, newest first. */
export function ExecutionsScreen() {
  const { values, faults, set } = useUrlState(codecs);
  const zone = useZone();
  const [isAsked, setAsked] = useState(false);
  const { query, source, choice } = useExecutionList(values);
  const { columns, href } = useColumns(values);
  const isFiltered = executionFilters.some(({ key }) => isSet(values[key as keyof typeof values]));
  const scope = filtersText(executionFilters, values, zone);
  return (
    <>
      <PageHead
        title="Executions"
        actions={
          <>
            <ExecutionOrders choice={choice} values={values} scope={scope} />
            <ExecutionColumns
              shown={values.columns}
              onChange={(columns) => set({ columns }, 'replace')}
            />
            <ViewsMenu screen="executions" />
          </>
        }
        commands={commandsFor(executionWords(values), 'listExecutions', { query })}
      >
        <FilterBar filters={executionFilters} values={values} onChange={set} />
        {values.look === '' && <LookButton values={values} onOpen={() => setAsked(true)} />}
      </PageHead>
      <UrlFaults faults={faults} />
      <LookIntoDocuments
        values={values}
        looked={values.look}
        from={values.lookFrom}
        isAsked={isAsked}
        onClose={() => setAsked(false)}
        onLook={(look, lookFrom) => set({ look, lookFrom }, look === '' ? 'push' : 'replace')}
      />
      <DataTable
        label="Executions"
        source={source}
        columns={columns}
        rowKey={rowKey}
        href={href}
        choice={choice}
        empty={
          <Empty title={isFiltered ? 'No execution matches.' : 'There is no execution yet.'} />
        }
      />
      <ListFoot source={source} thing="execution" />
    </>
  );
}

function useExecutionList(values: ExecutionFilters) {
  const query = executionQuery(values);
  const listKey = JSON.stringify(['listExecutions', query]);
  const source = useListPages<ExecutionRow>({
    listKey,
    rowKey,
    load: async (cursor, signal) => {
      const call = { query: { ...query, limit: pageRows, cursor } };
      const { executions, next, lookedAt } = await api.call('listExecutions', call, signal);
      return { rows: executions, next, lookedAt };
    },
  });
  const keys = useMemo(() => heldRows(source.list).map(rowKey), [source.list]);
  return { query, source, choice: useRowChoice(keys, listKey) };
}

/** Who looks for those that failed in a state wants to see that state: links open it. */
function useColumns({
  columns: shown,
  failedState: state,
}: Pick<ExecutionFilters, 'failedState'> & { readonly columns: readonly ColumnKey[] }) {
  const columns = useMemo(
    () =>
      executionColumns
        .filter(({ key }) => shown.some((each) => each === key))
        .map((column) => (column.key === 'name' ? nameColumn(state) : column)),
    [shown, state],
  );
  const href = ({ id }: ExecutionRow) => pathTo('execution', { executionId: id }, { state });
  return { columns, href };
}

type ColumnKey = (typeof executionColumnKeys)[number];

function ExecutionColumns({
  shown,
  onChange,
}: {
  readonly shown: readonly ColumnKey[];
  readonly onChange: (shown: readonly ColumnKey[]) => void;
}) {
  return (
    <ColumnsMenu
      columns={executionColumns}
      shown={shown}
      onChange={(keys) => onChange(executionColumnKeys.filter((key) => keys.includes(key)))}
    />
  );
}
