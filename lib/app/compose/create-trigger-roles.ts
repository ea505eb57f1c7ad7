/** Wires the roles that start batches by themselves, outside a deployment whose services do. */
import { deriveBatchId, toScheduledId } from '../../batch/schedule/requested-batch-id.ts';
import { readQueuedEvents } from '../../config/triggers/queued-events.ts';
import { notInstalled } from '../../drivers/shared/missing-package.ts';
import { LocalFolder } from '../../drivers/system/local-folder.ts';
import type { AppContext } from '../../operations/app-context.ts';
import { roleOptions } from '../../operations/create-executor.ts';
import { evaluatedSchedules } from '../../operations/schedules/evaluated-schedules.ts';
import { startTriggered } from '../../operations/triggers/receive-event.ts';
import {
  matchesKey,
  requestedBatches,
  withPath,
} from '../../operations/triggers/requested-batches.ts';
import { startRequestedBatch } from '../../operations/triggers/start-requested-batch.ts';
import type { NotificationQueue } from '../../ports/notification-queue.ts';
import type { ChangeOrigin } from '../../ports/store/order-store.ts';
import type { WatchedFile } from '../../ports/watched-folder.ts';
import { EventReader } from '../../roles/event-reader.ts';
import { FolderWatcher } from '../../roles/folder-watcher.ts';
import { Scheduler } from '../../roles/scheduler.ts';

/** The roles that start batches; null for what an app does not use. */
export interface TriggerRoles {
  readonly scheduler: Scheduler | null;
  readonly folderWatcher: FolderWatcher | null;
  readonly eventReader: EventReader | null;
}

/** What a process runs that starts no batch by itself. */
export const noTriggerRoles: TriggerRoles = Object.freeze({
  scheduler: null,
  folderWatcher: null,
  eventReader: null,
});

const bySchedule: ChangeOrigin = Object.freeze({ by: null, via: 'schedule', requestId: null });
const byEvent: ChangeOrigin = Object.freeze({ by: null, via: 'event', requestId: null });

/**
 * Creates the roles. Those of a deployment are services of AWS: a leader with its settings creates
 * none.
 * @param onBatch called when a batch was started
 */
export function createTriggerRoles(context: AppContext, onBatch: () => void): TriggerRoles {
  if (context.serviceSchedules !== null) return noTriggerRoles;
  return {
    scheduler: createScheduler(context, onBatch),
    folderWatcher: createFolderWatcher(context, onBatch),
    eventReader: createEventReader(context, onBatch),
  };
}

function createScheduler(context: AppContext, onBatch: () => void): Scheduler | null {
  const { app, settings, store } = context;
  const schedules = evaluatedSchedules(app.batches, settings.ledMachine);
  if (schedules.length === 0) return null;
  return new Scheduler({
    ...roleOptions(context),
    store,
    schedules,
    start: async (batch, dueAt) => {
      const request = { kind: 'batch', batch, id: toScheduledId(dueAt) } as const;
      const [requested] = requestedBatches(request, app.batches);
      if (requested === undefined) throw new Error(`no batch is requested for ${batch}`);
      const { id: batchId, started } = await startRequestedBatch(context, requested, bySchedule);
      onBatch();
      return { batchId, started };
    },
  });
}

function createFolderWatcher(context: AppContext, onBatch: () => void): FolderWatcher | null {
  const { settings, store } = context;
  const batches = listTriggered(context);
  const { inbox } = settings;
  if (inbox === null || inbox.folder === null || batches.length === 0) return null;
  return new FolderWatcher({
    ...roleOptions(context),
    store,
    folder: new LocalFolder(inbox.folder),
    settleMs: inbox.settleMs,
    batchesOf: (key) =>
      batches.filter(({ onObject }) => matchesKey(key, onObject)).map(({ name }) => name),
    start: async (batch, file) => {
      await startRequestedBatch(context, toRequest(context, batch, file), byEvent);
      onBatch();
    },
  });
}

function toRequest({ app }: AppContext, name: string, { key, path, version }: WatchedFile) {
  const source = app.batches[name]?.source;
  if (source === undefined) throw new Error(`no batch is named ${name}`);
  return { name, id: deriveBatchId([name, key, version]), source: withPath(name, source, path) };
}

function createEventReader(context: AppContext, onBatch: () => void): EventReader | null {
  const queue = context.settings.inbox?.queue ?? null;
  if (queue === null || listTriggered(context).length === 0) return null;
  return new EventReader({
    ...roleOptions(context),
    queue: createLazyQueue(queue),
    handle: async (body) => {
      for (const event of readQueuedEvents(body)) await startTriggered(context, event, byEvent);
      onBatch();
    },
  });
}

/** Returns the batches that objects start. */
function listTriggered({ app }: AppContext) {
  return Object.entries(app.batches).flatMap(([name, { onObject }]) =>
    onObject === undefined ? [] : [{ name, onObject }],
  );
}

/** Loads the client of SQS at the first call: it is a package that an app adds itself. */
function createLazyQueue(url: string): NotificationQueue {
  let opened: Promise<NotificationQueue> | null = null;
  const open = (): Promise<NotificationQueue> => {
    opened ??= import('../../drivers/sqs/sqs-notification-queue.ts')
      .catch(notInstalled('the queue of the inbox', '@aws-sdk/client-sqs'))
      .then(({ SqsNotificationQueue }) => new SqsNotificationQueue(url));
    return opened;
  };
  return {
    description: url.slice(url.lastIndexOf('/') + 1),
    receive: async (signal) => (await open()).receive(signal),
    remove: async (event) => (await open()).remove(event),
  };
}
