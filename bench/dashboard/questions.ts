/** The requests that the page of the dashboard makes: every list with its filters, and figures. */
import type { KnownRows } from './known-rows.ts';

/** One request of the page. */
export interface Question {
  readonly label: string;
  /** The path with its query. */
  readonly path: string;
  /** A request with a body is a POST. */
  readonly body?: object;
  /** False for what no screen waits for: it has no target. @default true */
  readonly isBounded?: boolean;
}

type Query = Readonly<Record<string, string | number>>;

/** Rows of a page of a list. */
const pageRows = 200;

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Returns all requests. */
export function listQuestions(known: KnownRows, liveBatch: string, now: number): Question[] {
  return [
    ...executionLists(known, now),
    ...batchLists(known, now),
    ...archiveLists(known, now),
    ...taskLists(),
    ...changeLists(known, now),
    ...batchFigures(known, liveBatch),
    ...seriesFigures(liveBatch, known, now),
    ...finds(known),
    ...others(known, liveBatch),
    ...dryRuns(known),
  ];
}

function get(label: string, path: string, query: Query = {}): Question {
  const texts = Object.entries(query).map(([key, value]): [string, string] => [key, String(value)]);
  const text = new URLSearchParams(texts).toString();
  return { label, path: text === '' ? path : `${path}?${text}` };
}

/** Returns a list for each set of filters. */
function lists(name: string, path: string, filters: Readonly<Record<string, Query>>): Question[] {
  return Object.entries(filters).map(([about, query]) =>
    get(`${name}: ${about}`, path, { limit: pageRows, ...query }),
  );
}

const iso = (ms: number) => new Date(ms).toISOString();

function executionLists(
  { largeBatch, tinyBatch, failed, halfWay, oldestMs }: KnownRows,
  now: number,
) {
  const failedStatuses = 'FAILED,TIMED_OUT,ABORTED';
  return lists('executions', '/v1/executions', {
    all: {},
    'all, half-way': { cursor: halfWay.executions },
    open: { status: 'PENDING,RUNNING,PENDING_REDRIVE' },
    PENDING: { status: 'PENDING' },
    RUNNING: { status: 'RUNNING' },
    PENDING_REDRIVE: { status: 'PENDING_REDRIVE' },
    SUCCEEDED: { status: 'SUCCEEDED' },
    failed: { status: failedStatuses },
    'failed, half-way': { status: failedStatuses, cursor: halfWay.failed },
    FAILED: { status: 'FAILED' },
    'TIMED_OUT (none)': { status: 'TIMED_OUT' },
    'ABORTED (none)': { status: 'ABORTED' },
    'machine orders': { machineId: 'orders' },
    'machine refunds (old)': { machineId: 'refunds' },
    'machine unknown': { machineId: 'nothing' },
    'large batch': { batchId: largeBatch },
    'large batch, half-way': { batchId: largeBatch, cursor: halfWay.largeBatch },
    'large batch, failed': { batchId: largeBatch, status: failedStatuses },
    'large batch, SUCCEEDED': { batchId: largeBatch, status: 'SUCCEEDED' },
    'large batch, error': { batchId: largeBatch, error: 'MailboxFull' },
    'large batch, open (none)': { batchId: largeBatch, status: 'RUNNING' },
    'tiny batch': { batchId: tinyBatch },
    'queue default': { queue: 'default' },
    'queue low (old)': { queue: 'low' },
    'queue low, half-way': { queue: 'low', cursor: halfWay.executions },
    'queue unknown': { queue: 'nothing' },
    'error CardDeclined': { error: 'CardDeclined' },
    'error LedgerLocked (rare)': { error: 'LedgerLocked' },
    'error unknown': { error: 'NoSuchError' },
    'failed in Charge': { failedState: 'Charge' },
    'failed in Repay (rare)': { failedState: 'Repay' },
    name: { name: failed.name },
    'name of machine': { name: failed.name, machineId: 'orders' },
    'name unknown': { name: 'no-such-name' },
    'prefix of one': { namePrefix: failed.name },
    'prefix of a batch': { namePrefix: largeBatch },
    'prefix of many': { namePrefix: '0' },
    'prefix of many, of machine': { namePrefix: '0', machineId: 'orders' },
    'created in the last hour': { createdFrom: iso(now - hourMs) },
    'created a week ago': {
      createdFrom: iso(now - 7 * dayMs),
      createdBefore: iso(now - 6 * dayMs),
    },
    'created first': { createdBefore: iso(oldestMs + hourMs) },
    'ended in the last hour': { endedFrom: iso(now - hourMs) },
    'ended a week ago': { endedFrom: iso(now - 7 * dayMs), endedBefore: iso(now - 6 * dayMs) },
    'ended before a week ago': { endedBefore: iso(now - 7 * dayMs) },
    'failed, machine refunds': { status: failedStatuses, machineId: 'refunds' },
    'failed, queue low': { status: failedStatuses, queue: 'low' },
    'failed, ended in the last day': { status: failedStatuses, endedFrom: iso(now - dayMs) },
    'SUCCEEDED, queue low': { status: 'SUCCEEDED', queue: 'low' },
  });
}

function batchLists({ halfWay, oldestMs }: KnownRows, now: number) {
  return lists('batches', '/v1/batches', {
    all: {},
    'all, half-way': { cursor: halfWay.batches },
    RUNNING: { status: 'RUNNING' },
    'PAUSED (none)': { status: 'PAUSED' },
    open: { status: 'RUNNING,PAUSED' },
    SUCCEEDED: { status: 'SUCCEEDED' },
    'FAILED (rare)': { status: 'FAILED' },
    'ABORTED (none)': { status: 'ABORTED' },
    'ended badly': { status: 'FAILED,ABORTED' },
    'name parcels': { name: 'parcels' },
    'name refunds (old)': { name: 'refunds' },
    'name unknown': { name: 'nothing' },
    'name parcels, FAILED': { name: 'parcels', status: 'FAILED' },
    'name parcels, ABORTED (none)': { name: 'parcels', status: 'ABORTED' },
    'machine orders': { machineId: 'orders' },
    'machine refunds (old)': { machineId: 'refunds' },
    'machine unknown': { machineId: 'nothing' },
    'created in the last hour': { createdFrom: iso(now - hourMs) },
    'created first': { createdBefore: iso(oldestMs + hourMs) },
  });
}

function archiveLists({ largeBatch, tinyBatch, halfWay, archivedTask }: KnownRows, now: number) {
  return [
    ...lists('archive', '/v1/archive', {
      all: {},
      'all, half-way': { cursor: halfWay.archive },
      'error CardDeclined': { error: 'CardDeclined' },
      'error LedgerLocked (rare)': { error: 'LedgerLocked' },
      'error unknown': { error: 'NoSuchError' },
      'machine orders': { machineId: 'orders' },
      'machine refunds (old)': { machineId: 'refunds' },
      'large batch': { batchId: largeBatch },
      'tiny batch': { batchId: tinyBatch },
      'batch unknown': { batchId: 'nothing' },
      'queue default': { queue: 'default' },
      'queue low (old)': { queue: 'low' },
      'queue default, error unknown': { queue: 'default', error: 'NoSuchError' },
      'archived in the last day': { archivedFrom: iso(now - dayMs) },
      'archived before a week ago': { archivedBefore: iso(now - 7 * dayMs) },
    }),
    get('archive summary', '/v1/archive/summary', { limit: 50 }),
    get('archive entry', `/v1/archive/${archivedTask}`),
  ];
}

const taskStates = [
  'pending',
  'active',
  'waiting',
  'retry',
  'scheduled',
  'failed',
  'archived',
  'succeeded',
] as const;

function taskLists() {
  return ['default', 'critical', 'low'].flatMap((queue) =>
    lists(
      'tasks',
      '/v1/tasks',
      Object.fromEntries(taskStates.map((state) => [`${state} of ${queue}`, { queue, state }])),
    ),
  );
}

function changeLists({ halfWay, order }: KnownRows, now: number) {
  return [
    ...lists('orders', '/v1/orders', {
      all: {},
      'all, half-way': { cursor: halfWay.orders },
      'RUNNING (none)': { status: 'RUNNING' },
      'PAUSED (none)': { status: 'PAUSED' },
      DONE: { status: 'DONE' },
      'by ada': { by: 'ada' },
      'by unknown': { by: 'unknown' },
      'change pauseQueue': { action: 'pauseQueue' },
      'change unknown': { action: 'nothing' },
      'object queue:low': { object: 'queue:low' },
      'object unknown': { object: 'queue:nothing' },
      'last day': { from: iso(now - dayMs) },
      'before half a year ago': { before: iso(now - 180 * dayMs) },
    }),
    get('order', `/v1/orders/${order}`),
  ];
}

function batchFigures({ largeBatch, tinyBatch }: KnownRows, liveBatch: string): Question[] {
  const batches = { running: liveBatch, large: largeBatch, tiny: tinyBatch };
  return [
    ...Object.entries(batches).flatMap(([about, id]) => [
      get(`${about} batch`, `/v1/batches/${id}`),
      get(`${about} batch: states`, `/v1/batches/${id}/states`),
      get(`${about} batch: failures`, `/v1/batches/${id}/failures`, { limit: 50 }),
    ]),
    { ...get('large batch: report', `/v1/batches/${largeBatch}/report`), isBounded: false },
    get('machine orders: states', '/v1/machines/orders/states'),
    get('machine orders: graph', '/v1/machines/orders/graph'),
    get('machine orders: versions', '/v1/machines/orders/versions', { limit: 100 }),
    get('machine orders', '/v1/machines/orders'),
    get('machines', '/v1/machines'),
  ];
}

function seriesFigures(liveBatch: string, { largeBatch }: KnownRows, now: number) {
  const series = (about: string, query: Query) => get(`series: ${about}`, '/v1/series', query);
  const range = (ms: number) => ({ from: iso(now - ms), to: iso(now) });
  const ends = 'ended,failed,archived';
  return [
    get('overview', '/v1/overview'),
    series('10 minutes', { of: ends, points: 60, ...range(600_000) }),
    series('10 minutes by queue', { of: 'depth', by: 'queue', points: 60, ...range(600_000) }),
    series('10 minutes by batch', { of: 'ended', by: 'batch', points: 60, ...range(600_000) }),
    series('an hour with durations', { of: `${ends},tookP50,tookP95`, ...range(hourMs) }),
    series('a day by machine', { of: ends, by: 'machine', points: 96, ...range(dayMs) }),
    series('a day by batch', { of: ends, by: 'batch', points: 96, ...range(dayMs) }),
    series('two weeks by queue', {
      of: 'depth,oldestMs,received,ended',
      by: 'queue',
      ...range(14 * dayMs),
    }),
    series('two weeks by batch', { of: 'ended', by: 'batch', ...range(14 * dayMs) }),
    series('two weeks with durations', { of: 'tookP50,tookP95,tookP99', ...range(14 * dayMs) }),
    series('90 days', { of: ends, ...range(90 * dayMs) }),
    series('running batch', { of: 'ended,failed', by: 'batch', key: liveBatch, ...range(hourMs) }),
    series('large batch', {
      of: 'ended,failed',
      by: 'batch',
      key: largeBatch,
      ...range(14 * dayMs),
    }),
  ];
}

function finds({ failed, largeBatch }: KnownRows) {
  const texts = {
    id: failed.id,
    'beginning of an id': failed.id.slice(0, 13),
    name: failed.name,
    'beginning of a name': failed.name.slice(0, 10),
    'one letter': '0',
    'machine and name': `orders:${failed.name}`,
    batch: largeBatch,
    'name of a batch': 'parcels',
    machine: 'refu',
    error: 'Card',
    nothing: 'zzz-nothing',
  };
  return Object.entries(texts).map(([about, q]) => get(`find: ${about}`, '/v1/find', { q }));
}

function others({ failed }: KnownRows, liveBatch: string): Question[] {
  const execution = `/v1/executions/${failed.id}`;
  return [
    get('execution', execution, { documents: 'none' }),
    get('execution: history', `${execution}/history`, { order: 'desc', documents: 'none' }),
    get('execution: visits', `${execution}/states`),
    get('execution: input', `${execution}/documents/input`),
    get('queues', '/v1/queues'),
    get('queue default', '/v1/queues/default'),
    get('workers', '/v1/workers'),
    get('schedules', '/v1/schedules'),
    get('alerts', '/v1/alerts'),
    get('live', '/v1/live', { topics: `overview,orders,batch:${liveBatch}` }),
    { ...get('doctor', '/v1/doctor'), isBounded: false },
    {
      label: 'look into documents',
      path: '/v1/executions/scan',
      body: { text: 'no such text' },
      isBounded: false,
    },
  ];
}

/** What the dialog of an order counts before it is given. */
function dryRuns({ largeBatch, tinyBatch }: KnownRows): Question[] {
  const dryRun = (about: string, action: string, over: object): Question => ({
    label: `dry run: ${about}`,
    path: '/v1/orders',
    body: { action, over, dryRun: true },
  });
  return [
    dryRun('redrive the archive', 'redrive', { archive: {} }),
    dryRun('redrive an error', 'redrive', { archive: { error: 'CardDeclined' } }),
    dryRun('redrive a rare error', 'redrive', { archive: { error: 'LedgerLocked' } }),
    dryRun('delete a large batch of the archive', 'delete', { archive: { batchId: largeBatch } }),
    dryRun('redrive failed ones of a large batch', 'redrive', {
      executions: { batchId: largeBatch },
    }),
    dryRun('redrive failed ones of a tiny batch', 'redrive', {
      executions: { batchId: tinyBatch },
    }),
    dryRun('redrive an unknown error', 'redrive', { executions: { error: 'NoSuchError' } }),
    dryRun('delete succeeded ones of a queue', 'delete', {
      tasks: { queue: 'low', state: 'succeeded' },
    }),
    dryRun('redrive failed tasks of a queue', 'redrive', {
      tasks: { queue: 'default', state: 'failed' },
    }),
  ];
}
