/** The list of state machines. */
import { useLocation } from 'wouter';
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';
import { useOperation } from '../../api/use-operation.ts';
import { useApp } from '../../app/app-info.tsx';
import { commandsFor } from '../../commands/page-commands.ts';
import { pathTo } from '../../router/routes.ts';
import { ScreenLink } from '../../router/screen-link.tsx';
import { Visible } from '../../text/visible.tsx';
import { visibleText } from '../../text/visible-text.ts';
import { Empty } from '../../ui/empty.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Loaded, Panel } from '../../ui/panel.tsx';
import { type Column, SimpleTable } from '../../ui/table/simple-table.tsx';
import { Time } from '../../ui/time.tsx';
import styles from './machines.module.css';

type Machine = ApiReply<'listMachines'>['machines'][number];

const columns: readonly Column<Machine>[] = [
  {
    key: 'id',
    title: 'Machine',
    cell: ({ id }) => (
      <ScreenLink to="machine" params={{ machineId: id }}>
        <Visible text={id} />
      </ScreenLink>
    ),
  },
  { key: 'version', title: 'Version', align: 'right', cell: ({ version }) => version },
  { key: 'type', title: 'Type', cell: ({ type }) => type },
  {
    key: 'created',
    title: 'Changed',
    align: 'right',
    cell: ({ createdAt }) => <Time at={createdAt} />,
  },
  { key: 'missing', title: '', cell: ({ id }) => <Unhandled machineId={id} /> },
];

/** All machines in their newest version. */
export function MachinesScreen() {
  const [, navigate] = useLocation();
  const query = useOperation('listMachines', {}, { topics: ['tick'], staleMs: 10_000 });
  return (
    <>
      <PageHead title="Machines" commands={commandsFor(['machine', 'list'], 'listMachines', {})} />
      <Panel flush>
        <Loaded query={query} rows={6}>
          {({ machines }) =>
            machines.length === 0 ? (
              <Empty title="There is no machine yet.">
                <p>A machine is recorded when a process with it in its configuration starts.</p>
              </Empty>
            ) : (
              <SimpleTable
                label="Machines"
                columns={columns}
                rows={machines}
                rowKey={({ id }) => id}
                onOpen={({ id }) => navigate(pathTo('machine', { machineId: id }))}
              />
            )
          }
        </Loaded>
      </Panel>
    </>
  );
}

/** Says which Tasks of a machine this process could not run. */
export function Unhandled({ machineId }: { readonly machineId: string }) {
  const missing = useApp().app?.machines.find(({ id }) => id === machineId)?.unhandled ?? [];
  if (missing.length === 0) return null;
  const text = missing.map(visibleText).join(', ');
  return (
    <span className={styles.missing} title={text}>
      no handler here for {text}
    </span>
  );
}
