/** The rules of the templates, pure: which targets an event of a bus goes to, and as what. */
import { isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';
import type { Resolution } from '../template/resolution.ts';
import type { BusEvent } from './bus-event.ts';
import { checkPattern, matchesPattern } from './event-pattern.ts';
import { targetInput } from './target-input.ts';

/** A rule that is turned on and has an event pattern. */
export interface EventRule {
  /** The resource of the template. */
  readonly id: string;
  readonly arn: string;
  /** The name of its bus. */
  readonly bus: string;
  readonly pattern: JsonObject;
  readonly targets: readonly JsonObject[];
}

/** An event on its way to a target. */
export interface Delivery {
  readonly rule: EventRule;
  /** As the template says it: `Arn`, `RoleArn`, `DeadLetterConfig`, `RetryPolicy` … */
  readonly target: JsonObject;
  /** What the target gets. */
  readonly input: Json;
}

/** The rules of an assembly. Error: `INVALID_CONFIGURATION` for a pattern that is none. */
export function eventRules(resolution: Resolution): EventRule[] {
  return resolution.ofType('AWS::Events::Rule').flatMap((resource) => {
    const { EventPattern, EventBusName, State, Targets } = resolution.propertiesOf(resource);
    if (!isObject(EventPattern) || State === 'DISABLED') return [];
    checkPattern(EventPattern, `${resource.id}/EventPattern`);
    const bus =
      String(EventBusName ?? 'default')
        .split('/')
        .at(-1) ?? 'default';
    return [
      {
        id: resource.id,
        arn: resolution.nameOf(resource).attributes.Arn ?? '',
        bus,
        pattern: EventPattern,
        targets: Array.isArray(Targets) ? Targets.filter(isObject) : [],
      },
    ];
  });
}

/** Where an event on `bus` goes. */
export function deliveriesOf(
  rules: readonly EventRule[],
  bus: string,
  event: BusEvent,
): Delivery[] {
  const json = jsonOf(event);
  return rules
    .filter((rule) => rule.bus === bus && matchesPattern(rule.pattern, json))
    .flatMap((rule) =>
      rule.targets.map((target) => ({ rule, target, input: targetInput(target, json, rule.arn) })),
    );
}

function jsonOf(event: BusEvent): JsonObject {
  return { ...event };
}
