/** What is wrong with the deployment: alerts as they open and end, and what the doctor finds. */
import { RefreshCw } from 'lucide-react';
import { Link } from 'wouter';
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';
import { useOperation } from '../../api/use-operation.ts';
import { commandsFor } from '../../commands/page-commands.ts';
import { Visible } from '../../text/visible.tsx';
import { Button } from '../../ui/button.tsx';
import { CopyButton } from '../../ui/copy-button.tsx';
import { Empty } from '../../ui/empty.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Loaded, Panel } from '../../ui/panel.tsx';
import { StatusBadge } from '../../ui/status-badge.tsx';
import { type Column, SimpleTable } from '../../ui/table/simple-table.tsx';
import { Time, Took } from '../../ui/time.tsx';
import styles from './health.module.css';
import { findingStatus, sortFindings } from './health-model.ts';

type Alert = ApiReply<'listAlerts'>['alerts'][number];

const topics = ['tick'];

/** Alerts and findings. */
export function HealthScreen() {
  const alerts = useOperation('listAlerts', { query: { limit: 100 } }, { topics });
  const doctor = useOperation('runDoctor', {}, { staleMs: 60_000 });
  return (
    <>
      <PageHead title="Health" commands={commandsFor(['doctor'], 'runDoctor', {})} />
      <div className={styles.screen}>
        <Panel title="Alerts" flush>
          <Loaded query={alerts} rows={3}>
            {(reply) =>
              reply.alerts.length === 0 ? (
                <Empty title="There has been no alert." />
              ) : (
                <SimpleTable
                  label="Alerts"
                  columns={alertColumns}
                  rows={reply.alerts}
                  rowKey={({ id }) => id}
                />
              )
            }
          </Loaded>
        </Panel>
        <Panel
          title="Findings of the doctor"
          flush
          aside={
            <Button icon={RefreshCw} busy={doctor.isFetching} onClick={() => void doctor.refetch()}>
              Check again
            </Button>
          }
        >
          <Loaded query={doctor} rows={4}>
            {({ findings }) => <Findings findings={findings} />}
          </Loaded>
        </Panel>
      </div>
    </>
  );
}

const alertColumns: readonly Column<Alert>[] = [
  {
    key: 'message',
    title: 'Alert',
    cell: ({ message, link }) => (
      <Link href={link}>
        <Visible text={message} />
      </Link>
    ),
  },
  {
    key: 'severity',
    title: 'Severity',
    cell: ({ severity, endedAt }) => (
      <StatusBadge status={endedAt === null ? severity : 'DONE'} quiet />
    ),
  },
  { key: 'rule', title: 'Rule', cell: ({ rule }) => <Visible text={rule} /> },
  { key: 'subject', title: 'Subject', cell: ({ subject }) => <Visible text={subject} /> },
  { key: 'since', title: 'Since', cell: ({ since }) => <Time at={since} /> },
  {
    key: 'lasted',
    title: 'Lasted',
    align: 'right',
    cell: ({ since, endedAt }) => <Took from={since} to={endedAt} />,
  },
];

function Findings({ findings }: { readonly findings: ApiReply<'runDoctor'>['findings'] }) {
  if (findings.length === 0) return <Empty title="The doctor finds nothing wrong." />;
  return (
    <ul className={styles.findings}>
      {sortFindings(findings).map((finding) => (
        <li key={`${finding.subject} ${finding.message}`}>
          <StatusBadge status={findingStatus(finding.severity)} />
          <div>
            <h3>
              <Visible text={finding.subject} />
            </h3>
            <p>
              <Visible text={finding.message} />
            </p>
            {finding.fix !== null && (
              <p className={styles.fix}>
                <Visible text={finding.fix} />
                <CopyButton text={finding.fix} what="the remedy" />
              </p>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}
