/** Rules of EventBridge: which targets an event of a bus goes to, and with which input. */
import { isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';
import type { Resolution } from '../template/resolution.ts';
import type { EventEnvelope } from './event-envelope.ts';
import { checkPattern, matchesPattern } from './event-pattern.ts';
import { renderTargetInput } from './render-target-input.ts';

/** An enabled rule with an event pattern. */
export interface EventRule {
  /** The id of the resource in the templates. */
  readonly id: string;
  readonly arn: string;
  /** The name of its bus. */
  readonly bus: string;
  readonly pattern: JsonObject;
  readonly targets: readonly JsonObject[];
}

/** A target that an event goes to. */
export interface MatchedTarget {
  readonly rule: EventRule;
  /** As in the template: `Arn`, `RoleArn`, `DeadLetterConfig`, `RetryPolicy` … */
  readonly target: JsonObject;
  /** What the target receives. */
  readonly input: Json;
}

/** Reads the rules of an assembly. Throws INVALID_CONFIGURATION for an invalid pattern. */
export function readEventRules(resolution: Resolution): EventRule[] {
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

/** Returns the targets of an event on a bus. */
export function matchRules(
  rules: readonly EventRule[],
  bus: string,
  event: EventEnvelope,
): MatchedTarget[] {
  const json: JsonObject = { ...event };
  return rules
    .filter((rule) => rule.bus === bus && matchesPattern(rule.pattern, json))
    .flatMap((rule) =>
      rule.targets.map((target) => ({
        rule,
        target,
        input: renderTargetInput(target, json, rule.arn),
      })),
    );
}
