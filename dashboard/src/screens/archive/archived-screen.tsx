/** One entry of the archive: how it failed, with what input, and what can be done about it. */
import { RotateCw, Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useParams } from 'wouter';
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';
import { useOperation } from '../../api/use-operation.ts';
import { commandsFor } from '../../commands/page-commands.ts';
import { OrderDialog } from '../../orders/order-dialog.tsx';
import type { OrderAction, OrderDraft } from '../../orders/order-draft.ts';
import { ScreenLink } from '../../router/screen-link.tsx';
import { formatThings } from '../../text/format-number.ts';
import { Visible } from '../../text/visible.tsx';
import { ActionBar } from '../../ui/action-bar.tsx';
import { DocumentView, TextTools } from '../../ui/document/document-view.tsx';
import { FactList } from '../../ui/fact-list.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Loaded, Panel } from '../../ui/panel.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './archive.module.css';

type Archived = ApiReply<'getArchived'>;

/** One entry. */
export function ArchivedScreen() {
  const { taskId } = useParams<{ taskId: string }>();
  const query = useOperation('getArchived', { params: { taskId } });
  const name = query.data?.executionName ?? taskId;
  return (
    <>
      <PageHead
        title={name}
        heading={<Visible text={name} />}
        status={query.data?.status != null && <StatusBadge status={query.data.status} />}
        actions={query.data !== undefined && <EntryOrders taskId={taskId} name={name} />}
        commands={commandsFor(['archive', 'get', taskId], 'getArchived', { params: { taskId } })}
      >
        <ScreenLink to="archive">Archive</ScreenLink>
      </PageHead>
      <div className={styles.screen}>
        <Loaded query={query} rows={6}>
          {(entry) => <Entry entry={entry} />}
        </Loaded>
      </div>
    </>
  );
}

function Entry({ entry }: { readonly entry: Archived }) {
  const { error, cause, reason, executionId, body } = entry;
  return (
    <>
      <Panel title="How it failed">
        <div className={styles.failure}>
          <h3>
            <Visible text={error ?? reason} />
          </h3>
          {error !== null && (
            <p>
              <Visible text={reason} />
            </p>
          )}
          {cause !== null && <TextTools text={cause} label="The cause" maxHeight={240} />}
        </div>
      </Panel>
      <Panel title="Facts">
        <Facts entry={entry} />
      </Panel>
      {executionId === null ? (
        <Panel title="Message">
          <TextTools text={body} label="The message" />
        </Panel>
      ) : (
        <Panel title="Input">
          <DocumentView executionId={executionId} document="input" label="Input" />
        </Panel>
      )}
    </>
  );
}

function Facts({ entry }: { readonly entry: Archived }) {
  const { executionId, executionName, machineId, batchId, queue, attempts, deliveries } = entry;
  return (
    <FactList
      facts={{
        Execution:
          executionId === null ? (
            'not known'
          ) : (
            <ScreenLink to="execution" params={{ executionId }}>
              <Visible text={executionName ?? executionId} />
            </ScreenLink>
          ),
        Machine:
          machineId === null ? (
            '–'
          ) : (
            <ScreenLink to="machine" params={{ machineId }}>
              <Visible text={machineId} />
            </ScreenLink>
          ),
        Batch:
          batchId === null ? (
            '–'
          ) : (
            <ScreenLink to="batch" params={{ batchId }}>
              {batchId}
            </ScreenLink>
          ),
        Queue: (
          <ScreenLink to="queue" params={{ queue }}>
            <Visible text={queue} />
          </ScreenLink>
        ),
        Attempts: `${attempts}, ${formatThings(deliveries, 'delivery', 'deliveries')}`,
        Archived: <Time at={entry.archivedAt} form="absolute" />,
        Sent: <Time at={entry.sentAt} form="absolute" />,
      }}
    />
  );
}

function EntryOrders({ taskId, name }: { readonly taskId: string; readonly name: string }) {
  const [draft, setDraft] = useState<OrderDraft | null>(null);
  const order = (action: OrderAction) =>
    setDraft({
      action,
      over: { archive: { ids: [taskId] } },
      thing: 'archive entry',
      scope: name,
      confirm: name,
    });
  return (
    <>
      <ActionBar
        actions={[
          { word: 'Redrive…', needs: 'operate', icon: RotateCw, onSelect: () => order('redrive') },
          {
            word: 'Delete…',
            needs: 'own',
            icon: Trash2,
            kind: 'danger',
            onSelect: () => order('delete'),
          },
        ]}
      />
      {draft !== null && <OrderDialog draft={draft} onClose={() => setDraft(null)} />}
    </>
  );
}
