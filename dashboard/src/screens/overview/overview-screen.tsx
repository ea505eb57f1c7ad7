/** First what is wrong, then whether work flows. */
import { useOperation } from '../../api/use-operation.ts';
import { commandsFor } from '../../commands/page-commands.ts';
import { ScreenLink } from '../../router/screen-link.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Loaded, Panel } from '../../ui/panel.tsx';
import { BatchesPanel } from './batches-panel.tsx';
import { Concerns } from './concerns.tsx';
import { Figures } from './figures.tsx';
import { FirstSteps } from './first-steps.tsx';
import { isUnused } from './overview-model.ts';
import styles from './overview-screen.module.css';
import { QueuesPanel } from './queues-panel.tsx';

const topics = ['overview', 'tick'];

/** The first screen. */
export function OverviewScreen() {
  const overview = useOperation('getOverview', {}, { topics });
  return (
    <>
      <PageHead title="Overview" commands={commandsFor(['batch', 'list'], 'getOverview', {})} />
      <div className={styles.screen}>
        <Loaded query={overview} rows={8}>
          {(reply) => (
            <>
              <Concerns overview={reply} />
              {isUnused(reply) && <FirstSteps />}
              <Figures overview={reply} />
              <Panel title="Queues" flush>
                <QueuesPanel queues={reply.queues} />
              </Panel>
              <Panel
                title="Open batches"
                flush
                aside={<ScreenLink to="batches">All batches</ScreenLink>}
              >
                <BatchesPanel batches={reply.batches} />
              </Panel>
            </>
          )}
        </Loaded>
      </div>
    </>
  );
}
