import { messageOf } from '../errors.ts';
import type { Broker, QueueStats } from '../ports/broker.ts';
import type { Entropy } from '../ports/entropy.ts';
import type { BusEvent, EventBus } from '../ports/event-bus.ts';
import type { AlertRecord, AlertStore, NewAlert } from '../ports/store/alert-store.ts';
import type { BacklogStore } from '../ports/store/backlog-store.ts';
import type { ScheduleStore } from '../ports/store/schedule-store.ts';
import type { Store } from '../ports/store/store.ts';
import type { NewDelivery } from '../ports/store/webhook-store.ts';
import type { WorkerStore } from '../ports/store/worker-store.ts';
import { RepeatedFailureLogger } from '../retry/repeated-failure-logger.ts';
import type { AlertRules } from './alerts/alert-rules.ts';
import type { AlertSnapshot } from './alerts/alert-snapshot.ts';
import { evaluateAlerts, type FoundAlert } from './alerts/evaluate-alerts.ts';
import { Role, type RoleOptions } from './role.ts';
import { createWebhookDelivery } from './webhooks/webhook-delivery.ts';

/** What an {@link Alerter} is constructed from, and how often it evaluates. */
export interface AlerterOptions extends RoleOptions {
  readonly store: Pick<
    AlertStore,
    'listAlerts' | 'openAlerts' | 'updateAlerts' | 'endAlerts' | 'readAlertFacts'
  > &
    Pick<BacklogStore, 'listQueueWaits'> &
    Pick<WorkerStore, 'listWorkers'> &
    Pick<ScheduleStore, 'listScheduleRecords'> &
    Pick<Store, 'inspect'>;
  readonly broker: Pick<Broker, 'stats'>;
  readonly queues: readonly string[];
  readonly rules: AlertRules;
  /** The URLs of the webhooks that receive alerts. */
  readonly urls: readonly string[];
  readonly events: EventBus;
  readonly entropy: Pick<Entropy, 'uuid'>;
  /** Time between two evaluations, in milliseconds. @default 30,000 */
  readonly intervalMs?: number;
}

/** Defaults of {@link AlerterOptions}. */
const alerterDefaults = Object.freeze({ intervalMs: 30_000 });

/** Maximum number of open alerts; further conditions wait until some have ended. */
const openMax = 500;

/** Number of archived tasks that are counted when no rule asks for more. */
const archivedMaxDefault = 1;

const hourMs = 3_600_000;

/** Time between two looks at the database's clock and schema, in milliseconds. */
const inspectIntervalMs = 300_000;

/** What a look at the database found. */
type Inspection = Pick<AlertSnapshot, 'schema' | 'skewMs'>;

/**
 * Evaluates the alert rules: opens an alert when a condition begins to hold, keeps its message up
 * to date, and ends it when the condition no longer holds. Each opens and ends once, however many
 * leaders evaluate: the one whose write counts publishes it, and its webhooks are queued with it.
 */
export class Alerter extends Role {
  readonly name = 'alerter';
  readonly #options: AlerterOptions & Required<Pick<AlerterOptions, keyof typeof alerterDefaults>>;
  readonly #failureLogger: RepeatedFailureLogger;
  #inspected: Inspection | null = null;
  #inspectAtMs = Number.NEGATIVE_INFINITY;

  constructor(options: AlerterOptions) {
    super(options);
    this.#options = { ...alerterDefaults, ...options };
    this.#failureLogger = new RepeatedFailureLogger(options);
  }

  protected override begin(): void {
    this.#inspectAtMs = Number.NEGATIVE_INFINITY;
  }

  async tick(): Promise<number> {
    const { store, rules, intervalMs } = this.#options;
    const snapshot = await this.#readSnapshot();
    const open = await store.listAlerts(openMax, true);
    const decision = evaluateAlerts(snapshot, rules, open);
    await this.#open(decision.open.slice(0, openMax - open.length));
    await store.updateAlerts(decision.update);
    await this.#end(decision.end);
    return intervalMs;
  }

  async #readSnapshot(): Promise<AlertSnapshot> {
    const { store, rules, clock } = this.#options;
    const archivedMax = rules.archiveGrowth === false ? archivedMaxDefault : rules.archiveGrowth;
    return {
      ...(await this.#inspect()),
      waits: await store.listQueueWaits(),
      facts: await store.readAlertFacts(hourMs, archivedMax),
      workers: await store.listWorkers(),
      schedules: await store.listScheduleRecords(),
      now: clock.now(),
      depths: await this.#readDepths(),
    };
  }

  /** Clocks and schemas change slowly, and a look costs several statements. */
  async #inspect(): Promise<Inspection> {
    const { store, clock } = this.#options;
    const askedAt = clock.now();
    const askedMs = clock.monotonicMs();
    if (this.#inspected !== null && askedMs < this.#inspectAtMs) return this.#inspected;
    const { schema, now } = await store.inspect();
    const tookMs = clock.monotonicMs() - askedMs;
    this.#inspected = { schema, skewMs: now - (askedAt + tookMs / 2) };
    this.#inspectAtMs = askedMs + inspectIntervalMs;
    return this.#inspected;
  }

  /** A broker that does not answer must not keep the other rules from being evaluated. */
  async #readDepths(): Promise<QueueStats[] | null> {
    const { broker, queues } = this.#options;
    try {
      const depths = await broker.stats(queues);
      this.#failureLogger.recovered('queue depths read again');
      return depths;
    } catch (error) {
      const fields = { error: messageOf(error) };
      this.#failureLogger.failed('warn', 'queue depths not read: their alerts stay', fields);
      return null;
    }
  }

  async #open(found: readonly FoundAlert[]): Promise<void> {
    if (found.length === 0) return;
    const { store, logger, events, clock, entropy } = this.#options;
    const since = clock.now();
    const alerts = found.map((condition) => {
      const alert = { ...condition, id: entropy.uuid(), since };
      const event = toAlertEvent({ ...alert, endedAt: null }, since);
      return { event, alert: { ...alert, deliveries: this.#deliver(event) } satisfies NewAlert };
    });
    const opened = new Set(await store.openAlerts(alerts.map(({ alert }) => alert)));
    const own = alerts.filter(({ alert }) => opened.has(alert.id));
    for (const { alert } of own) {
      const { rule, subject, message } = alert;
      logger.warn('alert opened', { rule, subject, reason: message });
    }
    await events.publish(own.map(({ event }) => event));
  }

  async #end(open: readonly AlertRecord[]): Promise<void> {
    if (open.length === 0) return;
    const { store, logger, events, clock } = this.#options;
    const at = clock.now();
    const ends = open.map((alert) => {
      const event = toAlertEvent({ ...alert, endedAt: at }, at);
      return { alert, event, end: { id: alert.id, at, deliveries: this.#deliver(event) } };
    });
    const ended = new Set(await store.endAlerts(ends.map(({ end }) => end)));
    const own = ends.filter(({ alert }) => ended.has(alert.id));
    for (const { alert } of own) {
      logger.info('alert ended', { rule: alert.rule, subject: alert.subject });
    }
    await events.publish(own.map(({ event }) => event));
  }

  #deliver(event: BusEvent): NewDelivery[] {
    const { urls, entropy } = this.#options;
    return urls.map((url) =>
      createWebhookDelivery(event, { id: entropy.uuid(), url, secretName: null }),
    );
  }
}

function toAlertEvent(alert: AlertRecord, at: number): BusEvent {
  const { id, rule, subject, severity, message, link, since, endedAt } = alert;
  return {
    type: endedAt === null ? 'millrace.alert.opened' : 'millrace.alert.ended',
    detail: { alertId: id, rule, subject, severity, message, link, since, endedAt },
    at,
  };
}
