import { MillraceError } from '../../../errors.ts';
import type { MachineRecord } from '../../../ports/store/machine-store.ts';
import type {
  ConfigMachine,
  LivingMachine,
  MachineRevision,
  NewRevision,
  NewStateMachine,
  RevisionSettings,
  StateMachineRecord,
  StateMachineStore,
} from '../../../ports/store/machines/state-machine-store.ts';
import type { Page, PageRequest } from '../../../ports/store/page.ts';
import { parsePageStart, toPage } from '../../shared/keyset-pages.ts';
import { toStorableDocument, toStorableText } from '../../shared/storable.ts';
import type { SqlSession } from '../sql-session.ts';
import {
  beginMachineDeletion,
  finishMachineDeletion,
  pruneDeletedMachines,
  selectOpenOfMachine,
} from '../statements/state-machines/delete-state-machine.ts';
import { insertRevision } from '../statements/state-machines/insert-revision.ts';
import { insertStateMachine } from '../statements/state-machines/insert-state-machine.ts';
import { registerConfigMachine } from '../statements/state-machines/register-config-machine.ts';
import { selectRevision } from '../statements/state-machines/select-revision.ts';
import {
  selectNamedMachines,
  selectStateMachine,
} from '../statements/state-machines/select-state-machine.ts';
import {
  selectDeletingMachines,
  selectStateMachines,
} from '../statements/state-machines/select-state-machines.ts';

/** Maximum number of attempts at a number that concurrent callers take at the same moment. */
const attemptsMax = 20;

/** A living machine with its current revision, in one row. */
interface CurrentRow
  extends StateMachineRecord,
    Omit<MachineRevision, 'version' | 'createdAt' | 'kind' | 'id'> {
  readonly revision: number;
  readonly revisedAt: number;
}

/** Machines of the configuration and of the API in SQL. */
export function createSqlStateMachineStore(session: SqlSession): StateMachineStore {
  return {
    createStateMachine: (machine) => create(session, machine),
    registerConfigMachine: (machine) => register(session, machine),
    findStateMachine: (nameOrId) => find(session, nameOrId),
    findStateMachines: async (names) =>
      (
        await session.call<CurrentRow>(selectNamedMachines, {
          names: [...new Set(names.map(toStorableText))],
        })
      ).map(toStateMachine),
    reviseStateMachine: (revision) => revise(session, revision),
    getRevision: (id, version) =>
      session.one<MachineRevision>(selectRevision, { id: toStorableText(id), version }),
    listStateMachines: (page) => list(session, page),
    beginMachineDeletion: async (id) =>
      (await session.one(beginMachineDeletion, { id: toStorableText(id) })) !== null,
    listOpenOfMachine: async (id, limit) =>
      toIds(await session.call(selectOpenOfMachine, { id: toStorableText(id), limit })),
    finishMachineDeletion: (id) => finishDeletion(session, toStorableText(id)),
    listDeletingMachines: async (limit) =>
      toIds(await session.call(selectDeletingMachines, { limit })),
    pruneDeletedMachines: (limit) => session.count(pruneDeletedMachines, { limit }),
  };
}

async function create(session: SqlSession, machine: NewStateMachine) {
  const name = toStorableText(machine.name);
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const row = await session.one(insertStateMachine, {
      name,
      kind: machine.kind,
      ...toRevisionFields(machine),
    });
    const found = await find(session, name);
    if (found !== null) return { machine: found, created: row !== null };
  }
  throw changedTooOften(name);
}

async function register(
  session: SqlSession,
  machine: ConfigMachine,
): Promise<MachineRecord | null> {
  const id = toStorableText(machine.id);
  const definition = toStorableDocument(machine.definition);
  const { kind, revisionId } = machine;
  const definitionText = textOrNull(machine.definitionText);
  for (let attempt = 0; attempt < attemptsMax; attempt++) {
    const row = await session.one<{
      readonly version: number;
      readonly createdAt: number;
      readonly isTaken: boolean;
    }>(registerConfigMachine, { id, kind, definition, definitionText, revisionId });
    if (row?.isTaken) return null;
    if (row !== null) {
      return { id, version: row.version, kind, definition, createdAt: row.createdAt };
    }
  }
  throw changedTooOften(id);
}

async function find(session: SqlSession, nameOrId: string): Promise<LivingMachine | null> {
  const row = await session.one<CurrentRow>(selectStateMachine, {
    nameOrId: toStorableText(nameOrId),
  });
  return row === null ? null : toStateMachine(row);
}

async function revise(session: SqlSession, revision: NewRevision): Promise<LivingMachine | null> {
  const { id, from, revisionId } = revision;
  const fields = { id: toStorableText(id), from, revisionId, ...toRevisionFields(revision) };
  const row = await session.one(insertRevision, fields);
  return row === null ? null : await find(session, id);
}

async function list(session: SqlSession, page: PageRequest): Promise<Page<StateMachineRecord>> {
  const start = parsePageStart(page);
  const rows = await session.call<StateMachineRecord>(selectStateMachines, {
    afterAt: start?.at ?? -1,
    afterId: start?.id ?? '',
    limit: page.limit + 1,
  });
  return toPage(rows, page.limit, ({ createdAt, id }) => ({ at: createdAt, id }));
}

/** A machine that has nothing left is forgotten at once, so that the next one gets its id. */
async function finishDeletion(session: SqlSession, id: string): Promise<boolean> {
  const row = await session.one(finishMachineDeletion, { id });
  if (row === null) return false;
  await session.count(pruneDeletedMachines, { limit: 1_000 });
  return true;
}

function toRevisionFields(revision: RevisionSettings & { readonly definition: string }) {
  return {
    definition: toStorableDocument(revision.definition),
    definitionText: textOrNull(revision.definitionText),
    roleArn: toStorableText(revision.roleArn),
    logging: documentOrNull(revision.logging),
    tracing: documentOrNull(revision.tracing),
    encryption: documentOrNull(revision.encryption),
  };
}

function textOrNull(text: string | null): string | null {
  return text === null ? null : toStorableText(text);
}

function documentOrNull(text: string | null): string | null {
  return text === null ? null : toStorableDocument(text);
}

function toStateMachine(row: CurrentRow): LivingMachine {
  const { revision, revisedAt, definition, ...rest } = row;
  const { revisionId, definitionText, roleArn, logging, tracing, encryption, ...machine } = rest;
  const settings = { definitionText, roleArn, logging, tracing, encryption };
  return {
    ...machine,
    current: {
      id: machine.id,
      version: revision,
      kind: machine.kind,
      definition,
      createdAt: revisedAt,
      revisionId,
      ...settings,
    },
  };
}

function toIds(rows: readonly object[]): string[] {
  return (rows as readonly { readonly id: string }[]).map(({ id }) => id);
}

function changedTooOften(id: string): MillraceError {
  return new MillraceError(
    'CONFLICT',
    `Other processes changed the machine '${id}' ${attemptsMax} times in a row. Find out which ` +
      'processes record it in a loop, then try again.',
    { retryable: true, fields: { machineId: id } },
  );
}
