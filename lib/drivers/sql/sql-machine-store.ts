/** State machines in SQL: a version, once recorded, never changes. */
import { MillraceError } from '../../errors.ts';
import type { MachineRecord, MachineStore } from '../../ports/machine-store.ts';
import { storableDocument, storableText } from '../shared/storable.ts';
import type { SqlSession } from './sql-session.ts';
import { getMachine } from './statements/machines/get-machine.ts';
import { listMachines } from './statements/machines/list-machines.ts';
import { putMachine } from './statements/machines/put-machine.ts';

/**
 * How often the race for the next version number is run before giving up; each round has a winner.
 */
const putTriesMax = 20;

/** The part of the store that keeps machines. */
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
  for (let tries = 0; tries < putTriesMax; tries++) {
    const record = await session.one<MachineRecord>(putMachine, machine);
    if (record !== null) return record;
  }
  throw new MillraceError(
    'CONFLICT',
    `The machine '${id}' got a new version from someone else ${putTriesMax} times in a row. ` +
      'Look who records it in a loop, then try again.',
    { retryable: true, fields: { machineId: id } },
  );
}
