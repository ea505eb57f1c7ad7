/** One queue: its figures over time, and its tasks by state. */
import { Trash2 } from 'lucide-react';
import { useState } from 'react';
import { useParams } from 'wouter';
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';
import { useOperation } from '../../api/use-operation.ts';
import { useApp } from '../../app/app-info.tsx';
import { commandsFor } from '../../commands/page-commands.ts';
import { formatCapped, formatCount, formatDuration } from '../../text/format-number.ts';
import { Visible } from '../../text/visible.tsx';
import { ActionBar } from '../../ui/action-bar.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { FactList } from '../../ui/fact-list.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Loaded, Panel } from '../../ui/panel.tsx';
import { RangeChoice, rangeCodec } from '../../ui/range-choice.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { statusLook } from '../../ui/status-look.ts';
import { Tabs } from '../../ui/tabs.tsx';
import { Time } from '../../ui/time.tsx';
import { UrlFaults } from '../../ui/url-faults.tsx';
import { oneOf } from '../../url-state/codecs.ts';
import { useUrlState } from '../../url-state/use-url-state.ts';
import { ObjectLog } from '../orders/object-log.tsx';
import { PauseQueue } from './pause-queue.tsx';
import { PurgeDialog } from './purge-dialog.tsx';
import { QueueCharts } from './queue-charts.tsx';
import { oldestAge, pauseCommand, taskTabs, weightText } from './queue-model.ts';
import { QueueTasks } from './queue-tasks.tsx';
import styles from './queues.module.css';
import { Elsewhere } from './queues-screen.tsx';

const codecs = { tab: oneOf(taskTabs, 'pending'), range: rangeCodec };
const topics = ['tick'];

/** One queue. */
export function QueueScreen() {
  const { queue } = useParams<{ queue: string }>();
  const { values, faults, set } = useUrlState(codecs);
  const all = useOperation('listQueues', {}, { topics });
  const upTo = all.data?.tasksCountedUpTo ?? Number.POSITIVE_INFINITY;
  const query = useOperation('getQueue', { params: { queue } }, { topics });
  return (
    <>
      <PageHead
        title={queue}
        heading={<Visible text={queue} />}
        status={query.data?.messages?.paused && <StatusBadge status="PAUSED" />}
        actions={<QueueActions queue={queue} isPaused={query.data?.messages?.paused ?? false} />}
        commands={commandsFor(['queue', 'get', queue], 'getQueue', { params: { queue } })}
      >
        {query.data !== undefined && (
          <QueueLine
            queue={query.data}
            weight={weightText(query.data.weight, all.data?.queues ?? [])}
          />
        )}
      </PageHead>
      <UrlFaults faults={faults} />
      <div className={styles.screen}>
        <PausedElsewhere />
        <Panel
          title="Messages"
          aside={<RangeChoice range={values.range} onChoose={(range) => set({ range })} />}
        >
          <Loaded query={query} rows={1}>
            {(reply) => <Messages queue={reply} />}
          </Loaded>
        </Panel>
        <QueueCharts queue={queue} range={values.range} />
        <div>
          <Tabs
            label="Tasks by state"
            tabs={taskTabs.map((key) => ({
              key,
              word: statusLook(key).word,
              note:
                query.data === undefined ? undefined : formatCapped(query.data.tasks[key], upTo),
            }))}
            chosen={values.tab}
            onChoose={(tab) => set({ tab })}
          >
            <QueueTasks queue={queue} state={values.tab} />
          </Tabs>
        </div>
        <ObjectLog object={`queue:${queue}`} />
      </div>
    </>
  );
}

function QueueLine({
  queue: { pausedSince },
  weight,
}: {
  readonly queue: ApiReply<'getQueue'>;
  readonly weight: string;
}) {
  return (
    <>
      <span>{weight}</span>
      {pausedSince !== null && (
        <span>
          paused by <Visible text={pausedSince.by ?? 'a caller without a name'} />{' '}
          <Time at={pausedSince.at} />
          {pausedSince.reason !== null && (
            <>
              : <Visible text={pausedSince.reason} />
            </>
          )}
        </span>
      )}
    </>
  );
}

/** Where functions are the workers, a queue is paused with a command. */
function PausedElsewhere() {
  const { app } = useApp();
  if (app?.deployment !== 'functions') return null;
  return (
    <p className={styles.note}>
      The workers are functions, to which Lambda hands the messages of their queue. To pause it,
      disable the event source mapping of its worker: <code>{pauseCommand}</code>{' '}
      <CopyButton text={pauseCommand} what="the command" />
    </p>
  );
}

function QueueActions({ queue, isPaused }: { readonly queue: string; readonly isPaused: boolean }) {
  const [isPurging, setPurging] = useState(false);
  return (
    <>
      <PauseQueue queue={queue} isPaused={isPaused} />
      <ActionBar
        actions={[
          {
            word: 'Purge…',
            needs: 'own',
            icon: Trash2,
            kind: 'danger',
            onSelect: () => setPurging(true),
          },
        ]}
      />
      {isPurging && <PurgeDialog queue={queue} onClose={() => setPurging(false)} />}
    </>
  );
}

function Messages({ queue: { messages } }: { readonly queue: ApiReply<'getQueue'> }) {
  if (messages === null) {
    return (
      <p>
        <Elsewhere />: the queues lie in the memory of another process, which alone can see them.
      </p>
    );
  }
  const age = oldestAge(messages);
  return (
    <FactList
      large
      facts={{
        Ready: formatCount(messages.ready),
        Delayed: formatCount(messages.delayed),
        'In flight': formatCount(messages.inFlight),
        'Dead letters': formatCount(messages.dead),
        Oldest: age === null ? '–' : formatDuration(age),
      }}
    />
  );
}
