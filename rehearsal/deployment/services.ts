/**
 * EventBridge here: the schedules and when they fire, the buses and which rules their events match,
 * and the events that S3 makes of new objects. Every event is kept in mind by its type.
 */
import { randomUUID } from 'node:crypto';
import type { Clock } from '../../lib/ports/clock.ts';
import type { Backend } from '../aws-proxy/gate.ts';
import type { CreatedObject } from '../aws-proxy/gate-call.ts';
import type { AccessModel } from '../iam/access-model.ts';
import { type BusEvent, objectCreated } from '../services/bus-event.ts';
import { deliveriesOf, type EventRule, eventRules } from '../services/event-rules.ts';
import { eventsService } from '../services/events-service.ts';
import { monitoringService, stsService } from '../services/further-services.ts';
import { type Firing, inputOf, type Schedule, ScheduleBook } from '../services/schedule-book.ts';
import { schedulerService } from '../services/scheduler-service.ts';
import { ScheduleTicker } from '../sources/schedule-ticker.ts';
import { type Delivery, deliver } from '../sources/target-delivery.ts';
import type { Resource } from '../template/assembly.ts';
import type { Resolution } from '../template/resolution.ts';
import { deliveryContext } from './delivery-world.ts';
import type { Deployment } from './deployment.ts';

/** What they work with. */
export interface ServicesOptions {
  readonly clock: Clock;
  /** How much faster the minutes of a rate go by. */
  readonly speed: number;
}

/** The bus of an account that needs no making. */
const defaultBus = 'default';

/** See this file's head. */
export class Services {
  readonly schedules: ScheduleBook;
  /** By service, for the gate. */
  readonly backends: Readonly<Record<string, Backend>>;
  /** How many events came by, by type. */
  readonly eventCounts = new Map<string, number>();
  readonly #resolution: Resolution;
  readonly #clock: Clock;
  readonly #ticker: ScheduleTicker;
  readonly #rules: readonly EventRule[];
  #deployment: Deployment | null = null;
  #lastObject: BusEvent | null = null;

  constructor(resolution: Resolution, access: AccessModel, { clock, speed }: ServicesOptions) {
    const { region, account } = resolution.place;
    const now = () => clock.now();
    this.#resolution = resolution;
    this.#clock = clock;
    this.#rules = eventRules(resolution);
    this.schedules = new ScheduleBook({ region, account });
    this.#ticker = new ScheduleTicker({
      book: this.schedules,
      clock,
      speed,
      newId: randomUUID,
      onFire: (firing) => this.#fire(firing),
    });
    const buses = resolution.ofType('AWS::Events::EventBus');
    this.backends = {
      scheduler: schedulerService({ book: this.schedules, now, access }),
      events: eventsService({
        buses: new Set(buses.map((bus) => resolution.nameOf(bus).ref)),
        now,
        onEvent: (bus, event, isLost) => this.#onEvent(bus, event, isLost),
      }),
      sts: stsService,
      monitoring: monitoringService,
    };
  }

  /** Says what events and firings reach, and begins to tick. */
  connect(deployment: Deployment): void {
    this.#deployment = deployment;
    this.#ticker.start();
  }

  stop(): void {
    this.#ticker.stop();
  }

  /**
   * Fires a schedule now, whatever its expression says. The same time is another delivery of the
   * same firing, with an execution id of its own, as Scheduler's tries have.
   */
  fire(resource: Resource, scheduledMs: number = this.#clock.now()): void {
    const { ref, attributes } = this.#resolution.nameOf(resource);
    const schedule = this.schedules.schedules.find(({ arn }) => arn === attributes.Arn);
    if (schedule === undefined) throw new Error(`there is no schedule ${ref}`);
    this.fireNow(schedule, scheduledMs);
  }

  /** The same for a schedule that a function made. */
  fireNow(schedule: Schedule, scheduledMs: number = this.#clock.now()): void {
    this.#fire({ schedule, target: schedule.target, scheduledMs, executionId: randomUUID() });
  }

  /** The schedule of this group and name; undefined when there is none now. */
  schedule(name: string): Schedule | undefined {
    return this.schedules.schedules.find(({ group, name: own }) => `${group}/${own}` === name);
  }

  /** Tells of a new object, where its bucket tells of its objects. */
  objectCreated(created: CreatedObject): void {
    if (!this.#deployment?.notifyingBuckets.has(created.bucket)) return;
    const { account, region } = this.#resolution.place;
    const facts = { id: randomUUID(), account, region, atMs: this.#clock.now() };
    this.#lastObject = objectCreated(facts, created, 'PutObject');
    this.#onEvent(defaultBus, this.#lastObject, false);
  }

  /** Delivers the last event of an object once more, as EventBridge may. */
  repeatObject(): void {
    if (this.#lastObject !== null) this.#onEvent(defaultBus, this.#lastObject, false);
  }

  #fire(firing: Firing): void {
    const { schedule, target } = firing;
    const resource = this.#deployment?.resourceAt(schedule.arn) ?? schedule.arn;
    this.#deliver({
      resource,
      target: target.written,
      payload: inputOf(firing, 1),
      principal: { kind: 'role', roleArn: target.roleArn, session: schedule.name },
      context: {},
    });
  }

  #onEvent(bus: string, event: BusEvent, isLost: boolean): void {
    const type = event['detail-type'];
    this.eventCounts.set(type, (this.eventCounts.get(type) ?? 0) + 1);
    if (isLost) {
      const sentence = `an event ${type} was sent to it, and no stack makes it: AWS loses it`;
      this.#deployment?.troubles.add({ kind: 'source', resource: `the bus ${bus}`, sentence });
    }
    for (const { rule, target, input } of deliveriesOf(this.#rules, bus, event)) {
      this.#deliver({
        resource: rule.id,
        target,
        payload: JSON.stringify(input),
        principal: { kind: 'service', service: 'events.amazonaws.com' },
        context: {
          'aws:SourceArn': rule.arn,
          'aws:SourceAccount': this.#resolution.place.account,
        },
      });
    }
  }

  #deliver(delivery: Delivery): void {
    if (this.#deployment !== null) deliver(delivery, deliveryContext(this.#deployment));
  }
}
