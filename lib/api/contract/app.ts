/** Operations on the deployment as a whole: what it is, how it does, and what is wrong with it. */
import * as z from 'zod';
import { callerRoles } from '../caller-role.ts';
import type { Operation } from './operation.ts';
import {
  count,
  exactly,
  nonEmptyText,
  queryMoment,
  queryNumber,
  queryTexts,
  timestamp,
} from './shapes.ts';

const severity = z.enum(['info', 'warning', 'critical']);

/** A condition that a person has to look at. */
const alert = exactly({
  id: nonEmptyText,
  rule: nonEmptyText.meta({ description: 'The name of the rule, such as queueAge.' }),
  severity,
  subject: nonEmptyText.meta({ description: 'What it is about: a queue, a batch, a worker.' }),
  message: nonEmptyText,
  link: nonEmptyText.meta({ description: 'The path of the page that explains it.' }),
  since: timestamp,
  endedAt: timestamp.nullable(),
});

/** What a series measures. Rates are per second. */
const seriesMeasures = [
  'started',
  'ended',
  'succeeded',
  'failed',
  'retried',
  'archived',
  'tookP50',
  'tookP95',
  'tookP99',
  'depth',
  'oldestMs',
  'received',
  'workers',
  'busy',
] as const;

const overviewQueue = exactly({
  queue: nonEmptyText,
  weight: z.number().nullable(),
  paused: z.boolean(),
  depth: count.nullable().meta({ description: 'Null when another process has the messages.' }),
  oldestMs: z.number().nullable(),
  active: count.meta({ description: 'The number of executions that workers hold.' }),
  inPerSecond: z.number().nullable(),
  outPerSecond: z.number().nullable(),
});

const overviewBatch = exactly({
  id: nonEmptyText,
  name: nonEmptyText,
  machineId: nonEmptyText,
  status: nonEmptyText,
  reason: z.string().nullable(),
  created: count,
  ended: count,
  failed: count,
  sourceDone: z.boolean(),
  createdAt: timestamp,
});

/** Shows the deployment, its figures over time, its alerts and its schedules. */
export const appOperations = {
  getApp: {
    needs: 'read',
    method: 'GET',
    path: '/v1/app',
    summary: 'Returns what this deployment is, what it can do, and who is calling',
    reply: exactly({
      version: nonEmptyText,
      serverNow: timestamp,
      caller: z.string().nullable(),
      role: z.enum(callerRoles),
      deployment: z.enum(['embedded', 'server', 'functions']),
      store: nonEmptyText,
      broker: nonEmptyText,
      can: exactly({
        live: z.enum(['stream', 'ask']).meta({ description: 'How to follow changes.' }),
        askAfterMs: count,
        pauseQueues: z.boolean(),
        seeDepths: z.boolean(),
        measure: z.boolean().meta({ description: 'Whether state counts and series are kept.' }),
      }),
      batches: z
        .array(
          exactly({
            name: nonEmptyText,
            machineId: nonEmptyText,
            sourceKind: nonEmptyText,
            schedule: z.string().nullable(),
            timeZone: z.string().nullable(),
            onObject: z.boolean(),
          }),
        )
        .readonly(),
      machines: z
        .array(exactly({ id: nonEmptyText, unhandled: z.array(z.string()).readonly() }))
        .readonly()
        .meta({ description: 'unhandled: resources of Tasks that this process cannot run.' }),
    }),
  },
  getOverview: {
    needs: 'read',
    method: 'GET',
    path: '/v1/overview',
    summary: 'Returns the state of queues, open batches, workers and the archive at once',
    reply: exactly({
      asOf: timestamp,
      queues: z.array(overviewQueue).readonly(),
      batches: z.array(overviewBatch).readonly().meta({ description: 'At most 20 open ones.' }),
      lastHour: exactly({ ended: count, failed: count, archived: count }),
      archive: exactly({ count, isMinimum: z.boolean() }),
      workers: exactly({ alive: count, lost: count, slots: count, busy: count }),
      alerts: z.array(alert).readonly().meta({ description: 'The open ones.' }),
    }),
  },
  getSeries: {
    needs: 'read',
    method: 'GET',
    path: '/v1/series',
    summary: 'Returns figures over time: of everything, or by queue, machine or batch',
    query: exactly({
      of: queryTexts(seriesMeasures),
      by: z.enum(['total', 'queue', 'machine', 'batch']).default('total'),
      key: nonEmptyText.exactOptional().meta({ description: 'Only this queue, machine or batch.' }),
      from: queryMoment.exactOptional().meta({ description: 'Default: an hour before `to`.' }),
      to: queryMoment.exactOptional().meta({ description: 'Default: now.' }),
      points: queryNumber(2, 1_000, 300).default(300),
    }),
    reply: exactly({
      from: timestamp,
      stepMs: count,
      series: z
        .array(
          exactly({
            of: z.enum(seriesMeasures),
            key: z.string().meta({ description: "'' for the total." }),
            values: z.array(z.number().nullable()).readonly(),
          }),
        )
        .readonly(),
      gaps: z
        .array(exactly({ from: timestamp, to: timestamp, why: z.enum(['asleep', 'unknown']) }))
        .readonly()
        .meta({ description: 'Times in which nothing was measured.' }),
    }),
  },
  getLive: {
    needs: 'read',
    method: 'GET',
    path: '/v1/live',
    summary: 'Returns which topics have changed since a token; as server-sent events when asked',
    query: exactly({
      topics: nonEmptyText
        .max(2_000)
        .meta({ description: 'Separated by commas: overview, batch:ID, execution:ID, orders.' }),
      since: nonEmptyText.exactOptional(),
    }),
    reply: exactly({
      token: nonEmptyText,
      changed: z.array(z.string()).readonly(),
      askAfterMs: count,
    }),
  },
  find: {
    needs: 'read',
    method: 'GET',
    path: '/v1/find',
    summary: 'Finds executions, batches, machines, queues and errors by id, name or prefix',
    query: exactly({ q: nonEmptyText.max(300) }),
    reply: exactly({
      hits: z
        .array(
          exactly({
            kind: z.enum(['execution', 'batch', 'machine', 'queue', 'error']),
            id: nonEmptyText,
            label: nonEmptyText,
            status: z.string().nullable(),
          }),
        )
        .readonly()
        .meta({ description: 'At most 5 of a kind.' }),
    }),
  },
  runDoctor: {
    needs: 'read',
    method: 'GET',
    path: '/v1/doctor',
    summary: 'Checks the deployment and returns what it found, as `millrace doctor` does',
    reply: exactly({
      findings: z
        .array(
          exactly({
            severity: nonEmptyText,
            subject: nonEmptyText,
            message: nonEmptyText,
            fix: z.string().nullable(),
          }),
        )
        .readonly(),
    }),
  },
  listAlerts: {
    needs: 'read',
    method: 'GET',
    path: '/v1/alerts',
    summary: 'Lists alerts, the open ones first and then the newest',
    query: exactly({
      limit: queryNumber(1, 1_000, 100).default(100),
      open: z.enum(['0', '1']).default('0').meta({ description: '1: only open ones.' }),
    }),
    reply: exactly({ alerts: z.array(alert).readonly() }),
  },
} as const satisfies Record<string, Operation>;
