import { randomUUID } from 'node:crypto';
import type { Clock } from '../../lib/ports/clock.ts';
import type { ServiceBackend } from '../aws-proxy/aws-proxy-context.ts';
import type { CreatedObject } from '../aws-proxy/proxied-call.ts';
import type { AccessModel } from '../iam/access-model.ts';
import { type EventEnvelope, objectCreatedEvent } from '../services/event-envelope.ts';
import { type EventRule, matchRules, readEventRules } from '../services/event-rules.ts';
import { eventsService } from '../services/events-service.ts';
import {
  type Firing,
  renderScheduleInput,
  type Schedule,
  ScheduleRegistry,
} from '../services/schedule-registry.ts';
import { schedulerService } from '../services/scheduler-service.ts';
import { ScheduleTicker } from '../sources/schedule-ticker.ts';
import type { TargetDelivery } from '../sources/target-delivery.ts';
import type { Resource } from '../template/assembly.ts';
import type { Resolution } from '../template/resolution.ts';
import type { Problems } from './problems.ts';
import type { ResourceIndex } from './resource-index.ts';

/** What {@link EventBridge} works with. */
export interface EventBridgeDeps {
  readonly resolution: Resolution;
  readonly resourceIndex: ResourceIndex;
  readonly access: AccessModel;
  readonly clock: Clock;
  /** How many times faster than real time `rate(…)` schedules run. */
  readonly speed: number;
  readonly problems: Problems;
  /** Names of the buckets that report new objects. */
  readonly notifyingBuckets: ReadonlySet<string>;
  deliver(delivery: TargetDelivery): void;
}

/** The bus that every account has. */
const defaultBus = 'default';

/**
 * Simulates EventBridge: fires schedules, matches the events of buses against rules, and turns new
 * objects of S3 into events. Counts all events by type.
 */
export class EventBridge {
  readonly registry: ScheduleRegistry;
  readonly schedulerBackend: ServiceBackend;
  readonly eventsBackend: ServiceBackend;
  /** The number of events by their type. */
  readonly eventCounts = new Map<string, number>();
  readonly #deps: EventBridgeDeps;
  readonly #ticker: ScheduleTicker;
  readonly #rules: readonly EventRule[];
  #lastObjectEvent: EventEnvelope | null = null;

  constructor(deps: EventBridgeDeps) {
    const { resolution, access, clock, speed } = deps;
    const { region, account } = resolution.environment;
    const now = () => clock.now();
    this.#deps = deps;
    this.#rules = readEventRules(resolution);
    this.registry = new ScheduleRegistry({ region, account });
    this.#ticker = new ScheduleTicker({
      registry: this.registry,
      clock,
      speed,
      newId: randomUUID,
      onFire: (firing) => this.#fire(firing),
    });
    this.schedulerBackend = schedulerService({ registry: this.registry, now, access });
    const buses = resolution.ofType('AWS::Events::EventBus');
    this.eventsBackend = eventsService({
      buses: new Set(buses.map((bus) => resolution.nameOf(bus).ref)),
      now,
      onEvent: (bus, event, isLost) => this.#onEvent(bus, event, isLost),
    });
  }

  /** Starts to fire schedules. */
  start(): void {
    this.#ticker.start();
  }

  stop(): void {
    this.#ticker.stop();
  }

  /** Fires a schedule of the templates now, whatever its expression; see {@link fire}. */
  fireResource(resource: Resource, scheduledMs?: number): void {
    const { ref, attributes } = this.#deps.resolution.nameOf(resource);
    const schedule = this.registry.schedules.find(({ arn }) => arn === attributes.Arn);
    if (schedule === undefined) throw new Error(`there is no schedule ${ref}`);
    this.fire(schedule, scheduledMs);
  }

  /**
   * Fires a schedule now, whatever its expression. Firing it again for the same time is a second
   * delivery of that firing, with an execution id of its own, as Scheduler's retries have.
   */
  fire(schedule: Schedule, scheduledMs: number = this.#deps.clock.now()): void {
    this.#fire({ schedule, target: schedule.target, scheduledMs, executionId: randomUUID() });
  }

  /** Finds a schedule by `GROUP/NAME`. */
  findSchedule(name: string): Schedule | undefined {
    return this.registry.schedules.find(({ group, name: own }) => `${group}/${own}` === name);
  }

  /** Puts the event of a new object on the default bus, if its bucket reports objects. */
  onObjectCreated(created: CreatedObject): void {
    const { notifyingBuckets, resolution, clock } = this.#deps;
    if (!notifyingBuckets.has(created.bucket)) return;
    const { account, region } = resolution.environment;
    const metadata = { id: randomUUID(), account, region, atMs: clock.now() };
    this.#lastObjectEvent = objectCreatedEvent(metadata, created, 'PutObject');
    this.#onEvent(defaultBus, this.#lastObjectEvent, false);
  }

  /** Delivers the last event of an object a second time, as EventBridge may. */
  redeliverObjectEvent(): void {
    if (this.#lastObjectEvent !== null) this.#onEvent(defaultBus, this.#lastObjectEvent, false);
  }

  #fire(firing: Firing): void {
    const { schedule, target } = firing;
    this.#deps.deliver({
      resource: this.#deps.resourceIndex.findId(schedule.arn) ?? schedule.arn,
      target: target.raw,
      payload: renderScheduleInput(firing, 1),
      principal: { kind: 'role', roleArn: target.roleArn, session: schedule.name },
      context: {},
    });
  }

  #onEvent(bus: string, event: EventEnvelope, isLost: boolean): void {
    const { problems, resolution, deliver } = this.#deps;
    const type = event['detail-type'];
    this.eventCounts.set(type, (this.eventCounts.get(type) ?? 0) + 1);
    if (isLost) {
      const message = `no stack creates it, so AWS loses the event ${type} that was sent to it`;
      problems.add({ kind: 'source', resource: `the bus ${bus}`, message });
    }
    for (const { rule, target, input } of matchRules(this.#rules, bus, event)) {
      deliver({
        resource: rule.id,
        target,
        payload: JSON.stringify(input),
        principal: { kind: 'service', service: 'events.amazonaws.com' },
        context: {
          'aws:SourceArn': rule.arn,
          'aws:SourceAccount': resolution.environment.account,
        },
      });
    }
  }
}
