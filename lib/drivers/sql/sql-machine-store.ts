import { MillraceError } from '../../errors.ts';
import type {
  MachineRecord,
  MachineStore,
  MachineVersion,
} from '../../ports/store/machine-store.ts';
import { toStorableDocument, toStorableText } from '../shared/storable.ts';
import type { SqlSession } from './sql-session.ts';
import { insertMachineVersion } from './statements/machines/insert-machine-version.ts';
import { pruneMachineVersions } from './statements/machines/prune-machine-versions.ts';
import { selectMachineVersion } from './statements/machines/select-machine-version.ts';
import { selectMachineVersions } from './statements/machines/select-machine-versions.ts';
import { selectMachines } from './statements/machines/select-machines.ts';

/**
 * Maximum number of attempts to take the next version number. Each round of concurrent callers has
 * a winner.
 */
const putAttemptsMax = 20;

/** Open executions of all machines are counted up to this number in each place; some 20 ms. */
const openCountedMax = 5_000;

/** State machines in SQL. */
export function createSqlMachineStore(session: SqlSession): MachineStore {
  return {
    putMachine: (id, kind, definition) => put(session, id, kind, definition),
    getMachine: (id, version) =>
      session.one<MachineRecord>(selectMachineVersion, {
        id: toStorableText(id),
        version: version ?? null,
      }),
    listMachines: () => session.call<MachineRecord>(selectMachines),
    listMachineVersions: (id, limit) =>
      session.call<MachineVersion>(selectMachineVersions, {
        id: toStorableText(id),
        limit,
        cap: openCountedMax,
      }),
    pruneMachineVersions: (retentionMs, limit) =>
      session.count(pruneMachineVersions, { retentionMs, limit }),
  };
}

async function put(
  session: SqlSession,
  id: string,
  kind: MachineRecord['kind'],
  definition: string,
): Promise<MachineRecord> {
  const machine = { id: toStorableText(id), kind, definition: toStorableDocument(definition) };
  for (let attempt = 0; attempt < putAttemptsMax; attempt++) {
    const record = await session.one<MachineRecord>(insertMachineVersion, machine);
    if (record !== null) return record;
  }
  throw new MillraceError(
    'CONFLICT',
    `Another process recorded a new version of the machine '${id}' ${putAttemptsMax} times in a row. ` +
      'Find out which process records it in a loop, then try again.',
    { retryable: true, fields: { machineId: id } },
  );
}
