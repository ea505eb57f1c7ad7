/**
 * Records the changes that are made through the resources of an app (`app.queues.pause` …) in the
 * log of changes: one table says which methods change something and how to describe that.
 */
import type { JsonObject } from '../asl/json/json.ts';
import { toChangeOutcome } from '../operations/orders/change-outcome.ts';
import type { ChangeNote } from '../operations/orders/orders.ts';

/** Records what was done; never throws. */
export type RecordChanges = (notes: readonly ChangeNote[]) => Promise<void>;

/** How the call of a method is described. */
interface AuditedMethod {
  /** The name of the operation in the HTTP API. */
  readonly action: string;
  /** Of a method that yields pages: the name of their sum in the outcome. */
  readonly sum?: string;
  /** Returns what was changed and why: one entry for each object. */
  readonly describe: (given: readonly unknown[], result: unknown) => readonly ChangedObject[];
}

interface ChangedObject {
  readonly object: string | null;
  readonly over?: JsonObject;
  readonly reason?: unknown;
}

/** Ids that are listed in the log; of more, only the number is known. */
const listedMax = 100;

const audited: Readonly<Record<string, Readonly<Record<string, AuditedMethod>>>> = {
  batches: {
    start: {
      action: 'startBatch',
      describe: ([name], batch) => about('batch', idOf(batch), { name }),
    },
    pause: {
      action: 'pauseBatch',
      describe: ([, options], batch) => aboutPause(batch, plainObject(options)),
    },
    resume: {
      action: 'resumeBatch',
      describe: ([, reason], batch) => about('batch', idOf(batch), {}, reason),
    },
    resumeNewest: {
      action: 'resumeBatch',
      describe: ([name], batch) => about('batch', idOf(batch), { name }),
    },
    cancel: {
      action: 'cancelBatch',
      describe: ([, reason], batch) => about('batch', idOf(batch), {}, reason),
    },
    delete: { action: 'deleteBatch', describe: (_, batch) => about('batch', idOf(batch)) },
  },
  schedules: {
    pause: {
      action: 'pauseSchedule',
      describe: ([name, reason]) => about('schedule', name, {}, reason),
    },
    resume: {
      action: 'resumeSchedule',
      describe: ([name, reason]) => about('schedule', name, {}, reason),
    },
    start: { action: 'startSchedule', describe: ([name]) => about('schedule', name) },
  },
  machines: {
    publish: {
      action: 'publishVersion',
      describe: ([machine], version) => about('machine', machine, numberOf(version)),
    },
    deletePublished: {
      action: 'deletePublishedVersion',
      describe: ([machine, number]) => about('machine', machine, { number: Number(number) }),
    },
    createAlias: {
      action: 'createAlias',
      describe: ([machine, request]) => about('machine', machine, aliasOf(request)),
    },
    updateAlias: {
      action: 'updateAlias',
      describe: ([machine, alias, change]) =>
        about('machine', machine, { alias: String(alias), ...routesOf(change) }),
    },
    deleteAlias: {
      action: 'deleteAlias',
      describe: ([machine, alias]) => about('machine', machine, { alias: String(alias) }),
    },
  },
  executions: {
    cancel: { action: 'cancelExecution', describe: ([id]) => about('execution', id) },
    redrive: {
      action: 'redriveExecution',
      describe: ([id, options]) => about('execution', id, latestOf(options)),
    },
  },
  tasks: {
    redrive: { action: 'redriveTasks', describe: ([ids]) => aboutMany(ids) },
    cancel: { action: 'cancelTasks', describe: ([ids]) => aboutMany(ids) },
    archive: { action: 'archiveTasks', describe: ([ids]) => aboutMany(ids) },
    delete: { action: 'deleteTasks', describe: ([ids]) => aboutMany(ids) },
  },
  archive: {
    redrive: {
      action: 'redriveArchived',
      sum: 'redriven',
      describe: ([selection, options]) => aboutSelection(selection, options),
    },
    delete: {
      action: 'deleteArchived',
      sum: 'deleted',
      describe: ([selection]) => aboutSelection(selection),
    },
  },
  queues: {
    pause: { action: 'pauseQueue', describe: ([names, reason]) => eachQueue(names, reason) },
    resume: { action: 'resumeQueue', describe: ([names]) => eachQueue(names) },
    purge: {
      action: 'purgeQueue',
      describe: ([name, options]) => about('queue', name, plainObject(options)),
    },
    create: { action: 'createQueues', describe: (_, created) => eachQueue(created) },
  },
  orders: {
    pause: { action: 'pauseOrder', describe: ([id, reason]) => about('order', id, {}, reason) },
    resume: {
      action: 'resumeOrder',
      describe: ([id, options]) => about('order', id, plainObject(options)),
    },
    cancel: { action: 'cancelOrder', describe: ([id, reason]) => about('order', id, {}, reason) },
  },
};

/**
 * The work that a person starts at a command line. Programs are not recorded: they may start any
 * number of executions, each of which is a record of its own.
 */
const startedByHand: typeof audited = {
  executions: {
    start: {
      action: 'startExecution',
      describe: ([request], started) => aboutStarted(request, started),
    },
  },
  tasks: {
    enqueue: {
      action: 'enqueueTask',
      describe: ([request], started) => aboutStarted(request, started),
    },
  },
};

/** The resources of an app, by the name of their property. */
type Resources = ReadonlyMap<string, object>;

/** Makes the changes of `resources` be recorded. @param includesStarts also what starts work */
export function auditResources(
  resources: Resources,
  record: RecordChanges,
  includesStarts: boolean,
): void {
  for (const table of includesStarts ? [audited, startedByHand] : [audited]) {
    for (const [name, methods] of Object.entries(table)) {
      const resource = resources.get(name);
      if (resource === undefined) continue;
      for (const [method, how] of Object.entries(methods)) wrap(resource, method, how, record);
    }
  }
}

type Method = (...given: unknown[]) => unknown;

/** Replaces a method by one that records its change after it has succeeded. */
function wrap(resource: object, name: string, how: AuditedMethod, record: RecordChanges): void {
  const original = Reflect.get(resource, name) as Method;
  Object.defineProperty(resource, name, {
    value: (...given: unknown[]): unknown => {
      const result = original.apply(resource, given);
      const audit = (value: unknown) => record(toNotes(how, given, value));
      const { sum } = how;
      if (sum === undefined || !isGenerator(result)) return recordResult(result, audit);
      return recordPages(result, (count) => audit({ [sum]: count }));
    },
  });
}

async function recordResult(
  result: unknown,
  audit: (value: unknown) => Promise<void>,
): Promise<unknown> {
  const value = await result;
  await audit(value);
  return value;
}

/** A command on many entries is recorded when its caller stops, with what it has done by then. */
async function* recordPages(
  pages: AsyncGenerator<unknown>,
  audit: (count: number) => Promise<void>,
): AsyncGenerator<unknown> {
  let count = 0;
  try {
    for await (const page of pages) {
      count += Array.isArray(page) ? page.length : Number(page);
      yield page;
    }
  } finally {
    if (count > 0) await audit(count);
  }
}

function isGenerator(value: unknown): value is AsyncGenerator<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}

function toNotes(
  { action, describe }: AuditedMethod,
  given: readonly unknown[],
  result: unknown,
): ChangeNote[] {
  const outcome = toChangeOutcome(result);
  return describe(given, result).map(({ object, over = {}, reason }) => ({
    action,
    object,
    over,
    reason: typeof reason === 'string' ? reason : null,
    ...outcome,
  }));
}

function about(kind: string, id: unknown, over: object = {}, reason?: unknown): ChangedObject[] {
  return [{ object: `${kind}:${String(id)}`, over: plainObject(over), reason }];
}

function aboutPause(batch: unknown, { hold, reason }: JsonObject): ChangedObject[] {
  return about('batch', idOf(batch), { ...(hold !== undefined && { hold }) }, reason);
}

function numberOf(version: unknown): JsonObject {
  const { number = null } = plainObject(version);
  return { number };
}

function aliasOf(request: unknown): JsonObject {
  const { name = null } = plainObject(request);
  return { alias: name, ...routesOf(request) };
}

function routesOf(change: unknown): JsonObject {
  const { routes } = plainObject(change);
  return routes === undefined ? {} : { routes };
}

function aboutMany(ids: unknown): ChangedObject[] {
  const all = Array.isArray(ids) ? ids.map(String) : [];
  const [only] = all;
  if (all.length === 1) return [{ object: `task:${only}` }];
  return [{ object: null, over: { count: all.length, ids: all.slice(0, listedMax) } }];
}

/** Returns whether the newest definitions were asked for, if they were. */
function latestOf(options: unknown): JsonObject {
  const { latest } = plainObject(options);
  return latest === true ? { latest } : {};
}

function aboutSelection(selection: unknown, options?: unknown): ChangedObject[] {
  const { taskIds, ...conditions } = plainObject(selection);
  const filter = { ...conditions, ...latestOf(options) };
  if (!Array.isArray(taskIds)) return [{ object: null, over: filter }];
  const ids = taskIds.slice(0, listedMax);
  return [{ object: null, over: { ...filter, count: taskIds.length, ids } }];
}

function aboutStarted(request: unknown, started: unknown): ChangedObject[] {
  const { machineId = null, name = null, priority = null } = plainObject(request);
  const { executionId } = plainObject(started);
  return about('execution', executionId, { machineId, name, priority });
}

function eachQueue(names: unknown, reason?: unknown): ChangedObject[] {
  const all = Array.isArray(names) ? names : [];
  return all.map((name) => ({ object: `queue:${String(name)}`, reason }));
}

function idOf(value: unknown): unknown {
  return plainObject(value).id;
}

/** Returns the plain values of an object, as JSON; none of anything else. */
function plainObject(value: unknown): JsonObject {
  if (typeof value !== 'object' || value === null) return {};
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
