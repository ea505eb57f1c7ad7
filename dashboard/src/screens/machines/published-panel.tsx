/** The published versions of a machine, and the aliases that route executions to them. */
import { useMemo } from 'react';
import type { ApiReply } from '../../../../lib/api/contract/contract.ts';
import { useOperation } from '../../api/use-operation.ts';
import { ScreenLink } from '../../router/screen-link.tsx';
import { Loaded, Panel } from '../../ui/panel.tsx';
import { type Column, SimpleTable } from '../../ui/table/simple-table.tsx';
import { Time } from '../../ui/time.tsx';

type Published = ApiReply<'listPublishedVersions'>['versions'][number];
type Alias = ApiReply<'listAliases'>['aliases'][number];

const freshness = { topics: ['tick'], staleMs: 10_000 } as const;

/** Shows them; a machine without any says how to publish one. */
export function PublishedPanel({ machineId }: { readonly machineId: string }) {
  const request = { params: { machineId } };
  const versions = useOperation('listPublishedVersions', request, freshness);
  const aliases = useOperation('listAliases', request, freshness);
  return (
    <Panel title="Published versions" flush>
      <Loaded query={versions} rows={2}>
        {(published) => (
          <PublishedTable
            machineId={machineId}
            versions={published.versions}
            aliases={aliases.data?.aliases ?? []}
          />
        )}
      </Loaded>
    </Panel>
  );
}

function PublishedTable({
  machineId,
  versions,
  aliases,
}: {
  readonly machineId: string;
  readonly versions: readonly Published[];
  readonly aliases: readonly Alias[];
}) {
  const columns = useMemo<readonly Column<Published>[]>(
    () => [
      { key: 'number', title: 'Number', cell: ({ number }) => `${machineId}:${number}` },
      {
        key: 'revision',
        title: 'Version',
        cell: ({ revision }) => (
          <ScreenLink
            to="machine"
            params={{ machineId }}
            query={{ version: revision, tab: 'versions' }}
          >
            {revision}
          </ScreenLink>
        ),
      },
      {
        key: 'aliases',
        title: 'Aliases',
        cell: ({ number }) => routesText(aliases, number),
      },
      { key: 'description', title: 'Description', cell: ({ description }) => description },
      {
        key: 'published',
        title: 'Published',
        align: 'right',
        cell: ({ createdAt }) => <Time at={createdAt} />,
      },
    ],
    [machineId, aliases],
  );
  if (versions.length === 0) {
    return <p>None. Publish one with millrace machine version create {machineId}.</p>;
  }
  return (
    <SimpleTable
      label="Published versions"
      columns={columns}
      rows={versions}
      rowKey={({ number }) => String(number)}
    />
  );
}

/** Returns the aliases that route executions to a version, with their percentages. */
function routesText(aliases: readonly Alias[], number: number): string {
  return aliases
    .flatMap(({ name, routes }) =>
      routes
        .filter(({ version }) => version === number)
        .map(({ weight }) => (weight === 100 ? name : `${name} ${weight} %`)),
    )
    .join(', ');
}
