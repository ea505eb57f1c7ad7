/** One state machine: its graph with totals, its definition, its versions, a way to start one. */
import { FlaskConical, Play } from 'lucide-react';
import { useLocation, useParams } from 'wouter';
import { ApiProblem } from '../../api/api-problem.ts';
import { useOperation } from '../../api/use-operation.ts';
import { commandsFor } from '../../commands/page-commands.ts';
import { pathTo } from '../../router/routes.ts';
import { ScreenLink } from '../../router/screen-link.tsx';
import { Visible } from '../../text/visible.tsx';
import { ActionBar } from '../../ui/action-bar.tsx';
import { Empty } from '../../ui/empty.tsx';
import { FactLine } from '../../ui/fact-line.tsx';
import { PageHead } from '../../ui/page-head.tsx';
import { Loaded } from '../../ui/panel.tsx';
import { Tabs } from '../../ui/tabs.tsx';
import { UrlFaults } from '../../ui/url-faults.tsx';
import { useUrlState } from '../../url-state/use-url-state.ts';
import { DefinitionTab } from './definition-tab.tsx';
import { MachineGraphTab } from './machine-graph-tab.tsx';
import { type MachineTabProps, machineUrl } from './machine-url.ts';
import { Unhandled } from './machines-screen.tsx';
import { StartDialog } from './start-dialog.tsx';
import { VersionsTab } from './versions-tab.tsx';

/** The page of a machine. */
export function MachineScreen() {
  const { machineId = '' } = useParams<{ machineId: string }>();
  const { values, faults, set } = useUrlState(machineUrl);
  const { version } = values;
  const query = useOperation('getMachine', {
    params: { machineId },
    query: { version: version ?? undefined },
  });
  if (query.error instanceof ApiProblem && query.error.code === 'UNKNOWN_MACHINE') {
    return (
      <>
        <PageHead title="Machine" />
        <Empty title={version === null ? 'There is no such machine.' : 'It has no such version.'}>
          <p>
            <ScreenLink to="machines">All machines</ScreenLink>
          </p>
        </Empty>
      </>
    );
  }
  return (
    <>
      <UrlFaults faults={faults} />
      <Loaded query={query} rows={8}>
        {(machine) => (
          <MachinePage
            machineId={machine.id}
            version={machine.version}
            type={machine.type}
            values={values}
            set={set}
          />
        )}
      </Loaded>
    </>
  );
}

function MachinePage({ type, ...props }: MachineTabProps & { readonly type: string }) {
  const { machineId, version, values, set } = props;
  const tabs = {
    graph: <MachineGraphTab {...props} />,
    definition: <DefinitionTab {...props} />,
    versions: <VersionsTab {...props} />,
  };
  return (
    <>
      <PageHead
        title={`${machineId}@${version}`}
        heading={<Visible text={machineId} />}
        actions={<MachineActions {...props} />}
        commands={commandsFor(
          ['machine', 'get', machineId, ['--machine-version', version]],
          'getMachine',
          { params: { machineId }, query: { version } },
        )}
      >
        <FactLine>
          <span>
            version {version}
            {values.version === null && ', the newest'}
          </span>
          <span>{type}</span>
          <span>
            <ScreenLink to="executions" query={{ machine: machineId }}>
              its executions
            </ScreenLink>
          </span>
          <span>
            <ScreenLink to="batches" query={{ machine: machineId }}>
              its batches
            </ScreenLink>
          </span>
          <Unhandled machineId={machineId} />
        </FactLine>
      </PageHead>
      <Tabs
        label="Parts of the machine"
        tabs={[
          { key: 'graph', word: 'Graph' },
          { key: 'definition', word: 'Definition' },
          { key: 'versions', word: 'Versions' },
        ]}
        chosen={values.tab}
        onChoose={(tab) => set({ tab }, 'replace')}
      >
        {tabs[values.tab]}
      </Tabs>
      {values.start && (
        <StartDialog machineId={machineId} onClose={() => set({ start: false }, 'replace')} />
      )}
    </>
  );
}

function MachineActions({ machineId, version, values, set }: MachineTabProps) {
  const [, navigate] = useLocation();
  const test = () => navigate(pathTo('testState', { machineId }, { version, state: values.state }));
  return (
    <ActionBar
      actions={[
        {
          word: 'Start one…',
          icon: Play,
          kind: 'primary',
          needs: 'operate',
          onSelect: () => set({ start: true }),
        },
        { word: 'Test a state', icon: FlaskConical, needs: 'read', onSelect: test },
      ]}
    />
  );
}
