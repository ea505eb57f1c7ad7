/** The versions of a machine, and how two of them differ. */
import { useMemo } from 'react';
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';
import { useOperation } from '../../api/use-operation.ts';
import { ScreenLink } from '../../router/screen-link.tsx';
import { formatCount } from '../../text/format-number.ts';
import { SelectField } from '../../ui/field.tsx';
import { Loaded, Panel } from '../../ui/panel.tsx';
import { type Column, SimpleTable } from '../../ui/table/simple-table.tsx';
import { Time } from '../../ui/time.tsx';
import { DefinitionDiff } from './definition-diff.tsx';
import type { MachineTabProps } from './machine-url.ts';
import styles from './machines.module.css';
import { PublishedPanel } from './published-panel.tsx';

type Version = ApiReply<'listMachineVersions'>['versions'][number];

/** Shows the versions. */
export function VersionsTab(props: MachineTabProps) {
  const { machineId } = props;
  const query = useOperation(
    'listMachineVersions',
    { params: { machineId } },
    { topics: ['tick'], staleMs: 5_000 },
  );
  return (
    <Loaded query={query} rows={5}>
      {({ versions }) => (
        <div className={styles.split}>
          <Comparison {...props} versions={versions} />
          <div className={styles.stack}>
            <Panel title="Versions" flush>
              <VersionTable machineId={machineId} versions={versions} />
            </Panel>
            <PublishedPanel machineId={machineId} />
          </div>
        </div>
      )}
    </Loaded>
  );
}

function VersionTable({
  machineId,
  versions,
}: {
  readonly machineId: string;
  readonly versions: readonly Version[];
}) {
  const columns = useMemo<readonly Column<Version>[]>(
    () => [
      {
        key: 'version',
        title: 'Version',
        cell: ({ version }) => (
          <ScreenLink to="machine" params={{ machineId }} query={{ version, tab: 'versions' }}>
            {version}
          </ScreenLink>
        ),
      },
      { key: 'type', title: 'Type', cell: ({ type }) => type },
      {
        key: 'open',
        title: 'Open executions',
        align: 'right',
        cell: ({ open }) =>
          open === null ? <span title="Too many to be counted">many</span> : formatCount(open),
      },
      {
        key: 'created',
        title: 'Recorded',
        align: 'right',
        cell: ({ createdAt }) => <Time at={createdAt} />,
      },
    ],
    [machineId],
  );
  return (
    <SimpleTable
      label="Versions"
      columns={columns}
      rows={versions}
      rowKey={({ version }) => String(version)}
    />
  );
}

function Comparison({
  machineId,
  version,
  values,
  set,
  versions,
}: MachineTabProps & { readonly versions: readonly Version[] }) {
  const numbers = versions.map((each) => each.version);
  const before = numbers.find((number) => number < version);
  const against = values.against ?? before ?? version;
  if (numbers.length < 2) {
    return (
      <Panel title="Difference">
        <p>There is one version only.</p>
      </Panel>
    );
  }
  return (
    <Panel title={`Version ${against} and version ${version}`}>
      <div className={styles.stack}>
        <div className={styles.tools}>
          <VersionField
            label="Left"
            chosen={against}
            numbers={numbers}
            onChoose={(number) => set({ against: number }, 'replace')}
          />
          <VersionField
            label="Right"
            chosen={version}
            numbers={numbers}
            onChoose={(number) => set({ version: number, against }, 'replace')}
          />
        </div>
        <DefinitionDiff machineId={machineId} left={against} right={version} />
      </div>
    </Panel>
  );
}

function VersionField({
  label,
  chosen,
  numbers,
  onChoose,
}: {
  readonly label: string;
  readonly chosen: number;
  readonly numbers: readonly number[];
  readonly onChoose: (version: number) => void;
}) {
  return (
    <SelectField
      label={label}
      value={String(chosen)}
      onChange={(event) => onChoose(Number(event.target.value))}
    >
      {numbers.map((number) => (
        <option key={number} value={number}>
          version {number}
        </option>
      ))}
    </SelectField>
  );
}
