/** Finds the state machines in what a team has: a deployed one, a template, a definition. */
import type { MachineType } from '../asl/definition.ts';
import { isObject, type Json, type JsonObject } from '../asl/json/json.ts';
import { findSubstitutions } from '../asl/validate/substitutions.ts';
import { MillraceError } from '../errors.ts';
import { parseTemplate } from './parse-template.ts';
import {
  evaluateText,
  propertiesOf,
  substitute,
  type TemplateScope,
  typeOf,
} from './template-text.ts';

/** A machine that was found. */
export interface FoundMachine {
  readonly name: string;
  readonly type: MachineType;
  readonly definition: JsonObject;
  /** The names of substitutions that nothing resolved. */
  readonly unresolved: readonly string[];
}

/** What machines are read with. */
export interface ReadMachinesOptions {
  /** The name of the document, for messages and for a definition without a name. */
  readonly source: string;
  /** Values of substitutions, parameters and pseudo parameters. */
  readonly values: ReadonlyMap<string, string>;
  /** Reads a file that a template names, by its path as written. */
  readonly readFile: (path: string) => Promise<string>;
}

/**
 * Returns the machines of a document: the answer of DescribeStateMachine, a CloudFormation template
 * (CDK's, after `cdk synth`), a SAM or Serverless template, or a definition. Throws
 * INVALID_ARGUMENT when it has none, MALFORMED_DOCUMENT, or what `readFile` throws.
 */
export async function readMachines(
  document: Json,
  options: ReadMachinesOptions,
): Promise<FoundMachine[]> {
  const { source } = options;
  const object = isObject(document) ? document : {};
  if (isObject(object.States)) return [complete(nameOf(source), undefined, object, options)];
  const { definition, name } = object;
  if (typeof definition === 'string') return [readDescribed(object, definition, name, options)];
  const found = isObject(object.Resources)
    ? await readResources(object, options)
    : await readServerless(object, options);
  if (found.length > 0) return found;
  throw new MillraceError(
    'INVALID_ARGUMENT',
    `${source} has no state machine: expected the answer of describe-state-machine, a template of ` +
      'CloudFormation, SAM, CDK (cdk.out/*.template.json) or the Serverless framework, or a definition',
  );
}

function readDescribed(
  { type }: JsonObject,
  definition: string,
  name: Json | undefined,
  options: ReadMachinesOptions,
): FoundMachine {
  const id = typeof name === 'string' ? name : nameOf(options.source);
  return complete(id, type, parseObject(definition, id), options);
}

async function readResources(
  template: JsonObject,
  options: ReadMachinesOptions,
): Promise<FoundMachine[]> {
  const resources = isObject(template.Resources) ? template.Resources : {};
  const scope = { resources, values: defaultValues(template, options.values) };
  const found: FoundMachine[] = [];
  for (const [id, resource] of Object.entries(resources)) {
    const isMachine = /^AWS::(?:StepFunctions|Serverless)::StateMachine$/.test(typeOf(resource));
    if (!isMachine) continue;
    const properties = propertiesOf(resource);
    const { StateMachineName, Name, StateMachineType, Type } = properties;
    const given = evaluateText(StateMachineName ?? Name, scope);
    const name = given === null || given.includes('${') ? withoutHash(id) : given;
    const written = await readDefinition(id, properties, scope, options);
    const definition = substituteAll(written, properties.DefinitionSubstitutions, scope);
    found.push(complete(name, StateMachineType ?? Type, definition, options));
  }
  return found;
}

/** Returns the definition of a resource, with the functions in it evaluated. */
async function readDefinition(
  id: string,
  { Definition, DefinitionString, DefinitionUri, DefinitionS3Location }: JsonObject,
  scope: TemplateScope,
  { readFile }: ReadMachinesOptions,
): Promise<JsonObject> {
  if (isObject(Definition)) return evaluateIn(Definition, scope) as JsonObject;
  const text = evaluateText(DefinitionString, scope);
  if (text !== null) return parseObject(text, id);
  const path = evaluateText(DefinitionUri, scope);
  if (path !== null && !path.startsWith('s3:')) return parseObject(await readFile(path), path);
  const where = DefinitionS3Location === undefined ? 'no definition' : 'its definition in S3';
  throw new MillraceError(
    'INVALID_ARGUMENT',
    `the machine ${id} has ${where}: import the deployed machine by its ARN instead`,
  );
}

async function readServerless(
  template: JsonObject,
  options: ReadMachinesOptions,
): Promise<FoundMachine[]> {
  const { stepFunctions, resources } = template;
  const machines = isObject(stepFunctions) ? stepFunctions.stateMachines : undefined;
  const own = isObject(resources) && isObject(resources.Resources) ? resources.Resources : {};
  const scope = {
    resources: { ...own, ...serverlessFunctions(template) },
    values: options.values,
  };
  const found: FoundMachine[] = [];
  for (const [id, machine] of Object.entries(isObject(machines) ? machines : {})) {
    if (!isObject(machine)) continue;
    const { name, type, definition } = machine;
    const file =
      typeof definition === 'string' ? /^\$\{file\((.+?)\)\}$/.exec(definition)?.[1] : null;
    const written =
      typeof file === 'string'
        ? parseObject(await options.readFile(file), file)
        : isObject(definition)
          ? definition
          : parseObject(typeof definition === 'string' ? definition : '', id);
    const given = typeof name === 'string' && !name.includes('${') ? name : id;
    found.push(complete(given, type, evaluateIn(written, scope) as JsonObject, options));
  }
  return found;
}

/** The functions of a Serverless template, by the logical ids that the framework gives them. */
function serverlessFunctions({ functions }: JsonObject): JsonObject {
  const names = Object.keys(isObject(functions) ? functions : {});
  return Object.fromEntries(
    names.flatMap((name) => {
      const logical = name.replaceAll('-', 'Dash').replaceAll('_', 'Underscore');
      const id = `${logical.charAt(0).toUpperCase()}${logical.slice(1)}LambdaFunction`;
      const resource = { Type: 'AWS::Lambda::Function', Properties: { FunctionName: name } };
      return [
        [id, resource],
        [name, resource],
      ];
    }),
  );
}

/** The values of a template: those given, then the defaults of its parameters. */
function defaultValues(
  { Parameters }: JsonObject,
  given: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const defaults = Object.entries(isObject(Parameters) ? Parameters : {}).flatMap(
    ([name, parameter]) => {
      const value = isObject(parameter) ? parameter.Default : undefined;
      return typeof value === 'string' || typeof value === 'number'
        ? [[name, String(value)] as const]
        : [];
    },
  );
  return new Map([['AWS::Partition', 'aws'], ...defaults, ...given]);
}

/** Evaluates the functions inside of a definition that a template has as an object. */
function evaluateIn(value: Json, scope: TemplateScope): Json {
  if (Array.isArray(value)) {
    return (value as readonly Json[]).map((item) => evaluateIn(item, scope));
  }
  if (!isObject(value)) return value;
  const keys = Object.keys(value);
  const isCall = keys.length === 1 && /^(?:Ref|Fn::\w+)$/.test(keys[0] ?? '');
  if (isCall) return evaluateText(value, scope);
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, evaluateIn(member, scope)]),
  );
}

function substituteAll(
  definition: JsonObject,
  substitutions: Json | undefined,
  scope: TemplateScope,
): JsonObject {
  const own = isObject(substitutions) ? substitutions : {};
  const findValue = (name: string) =>
    Object.hasOwn(own, name) ? evaluateText(own[name], scope) : null;
  return replaceTexts(definition, (text) => substitute(text, findValue)) as JsonObject;
}

function replaceTexts(value: Json, replace: (text: string) => string): Json {
  if (typeof value === 'string') return replace(value);
  if (Array.isArray(value)) {
    return (value as readonly Json[]).map((item) => replaceTexts(item, replace));
  }
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, replaceTexts(member, replace)]),
  );
}

function complete(
  name: string,
  type: Json | undefined,
  written: JsonObject,
  { values }: ReadMachinesOptions,
): FoundMachine {
  const definition = replaceTexts(written, (text) =>
    substitute(text, (key) => values.get(key) ?? null),
  ) as JsonObject;
  const unresolved = [...new Set(findSubstitutions(definition).map((each) => each.name))];
  const id = name.replaceAll(/[^A-Za-z0-9_-]/g, '-').slice(0, 80);
  return { name: id, type: type === 'EXPRESS' ? 'EXPRESS' : 'STANDARD', definition, unresolved };
}

function parseObject(text: string, source: string): JsonObject {
  const document = parseTemplate(text, source);
  if (isObject(document)) return document;
  throw new MillraceError('MALFORMED_DOCUMENT', `the definition of ${source} is not an object`);
}

function withoutHash(id: string): string {
  return id.replace(/[0-9A-F]{8}$/, '') || id;
}

/** `order.asl.json` is the machine `order`. */
function nameOf(source: string): string {
  const file = source.split(/[\\/]/).at(-1) ?? source;
  return file.replace(/(?:\.asl)?\.(?:json|ya?ml|asl)$/i, '') || 'machine';
}
