import { MillraceError } from '../../errors.ts';
import type { MachineRecord, MachineStore } from '../../ports/store/machine-store.ts';
import { storableDocument, storableText } from '../shared/storable.ts';
import type { SqlSession } from './sql-session.ts';
import { getMachine } from './statements/machines/get-machine.ts';
import { listMachines } from './statements/machines/list-machines.ts';
import { putMachine } from './statements/machines/put-machine.ts';

/**
 * Maximum number of attempts to take the next version number. Each round of concurrent callers has
 * a winner.
 */
const putAttemptsMax = 20;

/** State machines in SQL. */
export function sqlMachineStore(session: SqlSession): MachineStore {
  return {
    putMachine: (id, kind, definition) => put(session, id, kind, definition),
    getMachine: (id, version) =>
      session.one<MachineRecord>(getMachine, { id: storableText(id), version: version ?? null }),
    listMachines: () => session.call<MachineRecord>(listMachines),
  };
}

async function put(
  session: SqlSession,
  id: string,
  kind: MachineRecord['kind'],
  definition: string,
): Promise<MachineRecord> {
  const machine = { id: storableText(id), kind, definition: storableDocument(definition) };
  for (let attempt = 0; attempt < putAttemptsMax; attempt++) {
    const record = await session.one<MachineRecord>(putMachine, machine);
    if (record !== null) return record;
  }
  throw new MillraceError(
    'CONFLICT',
    `Another process recorded a new version of the machine '${id}' ${putAttemptsMax} times in a row. ` +
      'Find out which process records it in a loop, then try again.',
    { retryable: true, fields: { machineId: id } },
  );
}
