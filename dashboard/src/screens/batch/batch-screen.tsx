/** One batch: how far it is, and what its executions do in each state of their machine. */
import { useMemo } from 'react';
import { useParams } from 'wouter';
import { ApiProblem } from '../../api/api-problem.ts';
import { useOperation } from '../../api/use-operation.ts';
import { Empty } from '../../ui/empty.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Loaded } from '../../ui/panel.tsx';
import { UrlFaults } from '../../ui/url-faults.tsx';
import { useUrlState } from '../../url-state/use-url-state.ts';
import { ObjectLog } from '../orders/object-log.tsx';
import { BatchHead } from './batch-head.tsx';
import { BatchProgressPanel } from './batch-progress.tsx';
import styles from './batch-screen.module.css';
import { batchUrl } from './batch-url.ts';
import { HeatPanel } from './heat-panel.tsx';
import { OpenPanel } from './open-panel.tsx';

/** The page of a batch. */
export function BatchScreen() {
  const { batchId = '' } = useParams<{ batchId: string }>();
  const { values, faults, set } = useUrlState(batchUrl);
  const topics = useMemo(() => [`batch:${batchId}`, 'tick'], [batchId]);
  const query = useOperation('getBatch', { params: { batchId } }, { topics });
  if (query.error instanceof ApiProblem && query.error.code === 'UNKNOWN_BATCH') {
    return (
      <>
        <PageHead title="Batch" />
        <Empty title="There is no such batch.">
          <p>It was deleted when its retention ended, or it never existed.</p>
        </Empty>
      </>
    );
  }
  return (
    <>
      <UrlFaults faults={faults} />
      <Loaded query={query} rows={8}>
        {(batch) => (
          <>
            <BatchHead batch={batch} />
            <div className={styles.screen}>
              <BatchProgressPanel batch={batch} />
              {batch.endedAt === null && <OpenPanel batch={batch} />}
              <HeatPanel batch={batch} values={values} set={set} />
              <ObjectLog object={`batch:${batch.id}`} />
            </div>
          </>
        )}
      </Loaded>
    </>
  );
}
