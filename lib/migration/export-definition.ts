/** Translates a definition into what Step Functions takes, and says what it would refuse. Pure. */
import type { MachineType } from '../asl/definition.ts';
import type { Diagnostic } from '../asl/diagnostic.ts';
import { isObject, type Json, type JsonObject } from '../asl/json/json.ts';
import { childPointer } from '../asl/json/json-pointer.ts';
import { findSubstitutionProblems } from '../asl/validate/substitutions.ts';
import { validate } from '../asl/validate.ts';

/** Where the machine is going. */
export interface ExportTarget {
  readonly type: MachineType;
  /** Without, functions and machines become substitutions. @default none */
  readonly region?: string;
  readonly account?: string;
}

/** The translation of one place. */
export interface Translation {
  /** JSON pointer into the definition. */
  readonly location: string;
  readonly from: string;
  readonly to: string;
}

/** A definition for Step Functions. */
export interface ExportedDefinition {
  readonly definition: JsonObject;
  readonly translations: readonly Translation[];
  /** Names of substitutions for a template, with the handler or machine that each stands for. */
  readonly substitutions: Readonly<Record<string, string>>;
  /** What Step Functions would refuse (ERROR), or what works otherwise there (WARNING). */
  readonly problems: readonly Diagnostic[];
}

/** Translates a definition that is valid for Millrace. */
export function exportDefinition(document: JsonObject, target: ExportTarget): ExportedDefinition {
  const { $schema: _, ...machine } = document;
  const translator = new Translator(target);
  const definition = translator.translate(machine, '') as JsonObject;
  const own = findOwnStates(definition, '');
  const found = validate(definition, { type: target.type, extensions: false });
  const covered = new Set(own.map(({ location }) => location));
  return {
    definition,
    translations: translator.translations,
    substitutions: Object.fromEntries(translator.substitutions),
    problems: [
      ...own,
      ...found.filter(({ location = '' }) => !covered.has(location.replace(/\/Type$/, ''))),
      ...findSubstitutionProblems(machine),
    ],
  };
}

class Translator {
  readonly translations: Translation[] = [];
  /** The handler or machine by the name of its substitution. */
  readonly substitutions = new Map<string, string>();
  readonly #target: ExportTarget;

  constructor(target: ExportTarget) {
    this.#target = target;
  }

  translate(value: Json, location: string): Json {
    if (Array.isArray(value)) {
      return (value as readonly Json[]).map((item, index) =>
        this.translate(item, childPointer(location, index)),
      );
    }
    if (!isObject(value)) return value;
    const isTask = value.Type === 'Task' && typeof value.Resource === 'string';
    return Object.fromEntries(
      Object.entries(value).map(([key, member]) => {
        const here = childPointer(location, key);
        if (isTask && key === 'Resource') return [key, this.#translateResource(member, here)];
        if (key === 'StateMachineArn') return [key, this.#translateMachine(member, here)];
        return [key, this.translate(member, here)];
      }),
    );
  }

  /** The name of a handler becomes the ARN of the function of this name, called as it is here. */
  #translateResource(resource: Json, location: string): Json {
    if (typeof resource !== 'string' || /^arn:|^\$\{/.test(resource)) return resource;
    const { region, account } = this.#target;
    const to =
      region === undefined || account === undefined
        ? this.#toSubstitution(resource, 'FunctionArn')
        : `arn:aws:lambda:${region}:${account}:function:${resource}`;
    return this.#note(location, resource, to);
  }

  #translateMachine(machine: Json, location: string): Json {
    if (typeof machine !== 'string' || /^arn:|^\$\{|^\{%|^\$/.test(machine)) return machine;
    const { region, account } = this.#target;
    const to =
      region === undefined || account === undefined
        ? this.#toSubstitution(machine, 'StateMachineArn')
        : `arn:aws:states:${region}:${account}:stateMachine:${machine}`;
    return this.#note(location, machine, to);
  }

  #note(location: string, from: string, to: string): string {
    this.translations.push({ location, from, to });
    return to;
  }

  #toSubstitution(name: string, suffix: string): string {
    const words = name.split(/[^A-Za-z0-9]+/).filter((word) => word !== '');
    const joined = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
    const key = `${joined}${suffix}`;
    this.substitutions.set(key, name);
    return `\${${key}}`;
  }
}

/** Names what only Millrace has, with what AWS has in its place. */
function findOwnStates(value: Json, location: string): Diagnostic[] {
  if (!isObject(value) && !Array.isArray(value)) return [];
  const inner = Object.entries(value).flatMap(([key, member]) =>
    findOwnStates(member as Json, childPointer(location, key)),
  );
  const isMessage =
    isObject(value) &&
    (value.Type === 'Message' || value.Resource === 'arn:aws:states:::millrace:receiveMessage') &&
    (value.Next !== undefined || value.End !== undefined);
  if (!isMessage) return inner;
  const problem: Diagnostic = {
    severity: 'ERROR',
    code: 'UNSUPPORTED_FEATURE',
    message: 'Step Functions has no states that wait for a message',
    location,
    detail: 'use a Task with .waitForTaskToken, and keep its token by the correlation value',
  };
  return [problem, ...inner];
}
