/** One execution, live: its graph, timeline and events, with one selection in all three. */
import { useEffect, useMemo, useState } from 'react';
import { useParams } from 'wouter';
import { ApiProblem } from '../../api/api-problem.ts';
import { useOperation } from '../../api/use-operation.ts';
import { Empty } from '../../ui/empty.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Loaded } from '../../ui/panel.tsx';
import { UrlFaults } from '../../ui/url-faults.tsx';
import { useUrlState } from '../../url-state/use-url-state.ts';
import { ExecutionHead } from './execution-head.tsx';
import { executionUrl } from './execution-url.ts';
import { ExecutionViews } from './execution-views.tsx';

/** The page of an execution, addressed by its id or by `machine:name`. */
export function ExecutionScreen() {
  const { executionId = '' } = useParams<{ executionId: string }>();
  const { values, faults, set } = useUrlState(executionUrl);
  const [id, setId] = useState<string | null>(null);
  const query = useOperation(
    'getExecution',
    { params: { executionId }, query: { documents: 'none' } },
    // An address may also name it as `machine:name`; its changes are followed by its id.
    { topics: useMemo(() => (id === null ? [] : [`execution:${id}`]), [id]) },
  );
  const foundId = query.data?.id;
  useEffect(() => {
    if (foundId !== undefined) setId(foundId);
  }, [foundId]);
  if (query.error instanceof ApiProblem && query.error.code === 'UNKNOWN_EXECUTION') {
    return (
      <>
        <PageHead title="Execution" />
        <Empty title="There is no such execution.">
          <p>It was deleted when its retention ended, or it never existed.</p>
        </Empty>
      </>
    );
  }
  return (
    <>
      <UrlFaults faults={faults} />
      <Loaded query={query} rows={8}>
        {(execution) => (
          <>
            <ExecutionHead execution={execution} />
            <ExecutionViews execution={execution} values={values} set={set} />
          </>
        )}
      </Loaded>
    </>
  );
}
