/** Templates held against CloudFormation's resource schemas. */
import { loadAwsServiceSpecSync } from '@aws-cdk/aws-service-spec';
import { isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';

/** The schemas of all types of CloudFormation. */
type SchemaDatabase = ReturnType<typeof loadAwsServiceSpecSync>;
type ResourceSchema = ReturnType<SchemaDatabase['lookup']>[number] & {
  readonly properties: PropertySchemas;
  readonly attributes: Readonly<Record<string, unknown>>;
};
type PropertySchemas = Readonly<Record<string, PropertySchema>>;

interface PropertySchema {
  readonly required?: boolean;
  readonly causesReplacement?: 'yes' | 'no' | 'maybe';
  readonly type: ValueType;
  readonly previousTypes?: readonly ValueType[];
}

interface ValueType {
  readonly type: string;
  readonly allowedValues?: readonly string[];
  readonly element?: ValueType;
  readonly types?: readonly ValueType[];
  readonly reference?: { readonly $ref: string };
}

let database: SchemaDatabase | null = null;

/** Loads the schemas, once: it takes a second. */
function schemas(): SchemaDatabase {
  database ??= loadAwsServiceSpecSync();
  return database;
}

/** Returns the schema of a type; undefined if CloudFormation has none. */
export function findSchema(type: string): ResourceSchema | undefined {
  const [found] = schemas().lookup('resource', 'cloudFormationType', 'equals', type);
  return found as ResourceSchema | undefined;
}

/**
 * Returns what CloudFormation would refuse of a template: unknown types, properties and attributes,
 * missing properties, and values of another type or none of the allowed ones.
 */
export function findSchemaProblems({ Resources }: JsonObject): string[] {
  const resources = isObject(Resources) ? Resources : {};
  return Object.entries(resources).flatMap(([id, resource]) => {
    if (!isObject(resource)) return [`${id} is no resource`];
    const { Type, Properties = {} } = resource;
    const references = findAttributes(resource).flatMap(([target, attribute]) =>
      checkAttribute(id, resources[target], target, attribute),
    );
    const type = String(Type);
    if (isFree(type)) return references;
    const schema = findSchema(type);
    if (schema === undefined) return [`${id}: there is no type ${type}`];
    return [
      ...references,
      ...checkProperties(id, isObject(Properties) ? Properties : {}, schema.properties),
    ];
  });
}

/** Types whose properties no schema has. */
function isFree(type: string): boolean {
  return type.startsWith('Custom::') || /^AWS::(CDK|CloudFormation::CustomResource)/.test(type);
}

function checkProperties(where: string, properties: JsonObject, known: PropertySchemas): string[] {
  const missing = Object.entries(known)
    .filter(([name, { required }]) => required === true && properties[name] === undefined)
    .map(([name]) => `${where}: ${name} is missing`);
  const found = Object.entries(properties).flatMap(([name, value]) => {
    const schema = known[name];
    if (schema === undefined) return [`${where}: there is no property ${name}`];
    const types = [schema.type, ...(schema.previousTypes ?? [])];
    const problems = types.map((type) => checkValue(`${where}.${name}`, value, type));
    return problems.some((each) => each.length === 0) ? [] : (problems[0] ?? []);
  });
  return [...missing, ...found];
}

function checkValue(where: string, value: Json, type: ValueType): string[] {
  // Only CloudFormation knows the value of an intrinsic function.
  if (isIntrinsic(value)) return [];
  switch (type.type) {
    case 'string':
      return checkText(where, value, type.allowedValues);
    case 'number':
    case 'integer':
      return Number.isFinite(Number(value)) ? [] : [`${where}: ${text(value)} is no number`];
    case 'boolean':
      return typeof value === 'boolean' || value === 'true' || value === 'false'
        ? []
        : [`${where}: ${text(value)} is no boolean`];
    case 'array':
      if (!Array.isArray(value)) return [`${where}: ${text(value)} is no list`];
      return value.flatMap((each, index) => checkElement(`${where}[${index}]`, each, type));
    case 'map':
      if (!isObject(value)) return [`${where}: ${text(value)} is no object`];
      return Object.entries(value).flatMap(([key, each]) => {
        return checkElement(`${where}.${key}`, each, type);
      });
    case 'ref':
      if (!isObject(value)) return [`${where}: ${text(value)} is no object`];
      return checkProperties(where, value, findDefinition(type));
    case 'union': {
      const problems = (type.types ?? []).map((each) => checkValue(where, value, each));
      return problems.some((each) => each.length === 0) ? [] : (problems[0] ?? []);
    }
    default:
      return [];
  }
}

function checkElement(where: string, value: Json, { element }: ValueType): string[] {
  return element === undefined ? [] : checkValue(where, value, element);
}

function checkText(where: string, value: Json, allowed: readonly string[] | undefined): string[] {
  if (!['string', 'number', 'boolean'].includes(typeof value)) {
    return [`${where}: ${text(value)} is no text`];
  }
  if (allowed === undefined || allowed.includes(String(value))) return [];
  return [`${where}: ${text(value)} is none of ${allowed.join(', ')}`];
}

function findDefinition({ reference }: ValueType): PropertySchemas {
  const found = schemas().get('typeDefinition', reference?.$ref ?? '');
  return found.properties as PropertySchemas;
}

function isIntrinsic(value: Json): boolean {
  if (!isObject(value)) return false;
  const [name = '', ...others] = Object.keys(value);
  return others.length === 0 && (name === 'Ref' || name.startsWith('Fn::'));
}

/** Returns the targets and attributes of all `Fn::GetAtt` in a value. */
function findAttributes(value: Json): [string, string][] {
  if (Array.isArray(value)) return value.flatMap(findAttributes);
  if (!isObject(value)) return [];
  const { 'Fn::GetAtt': named } = value;
  if (named === undefined) return Object.values(value).flatMap(findAttributes);
  const [target, ...path] = Array.isArray(named) ? named.map(String) : String(named).split('.');
  return [[target ?? '', path.join('.')]];
}

function checkAttribute(
  id: string,
  resource: Json | undefined,
  target: string,
  attribute: string,
): string[] {
  if (!isObject(resource)) return [`${id}: there is no resource ${target}`];
  const type = String(resource.Type);
  if (isFree(type)) return [];
  const known = findSchema(type)?.attributes ?? {};
  return attribute in known ? [] : [`${id}: ${type} has no attribute ${attribute}`];
}

function text(value: Json): string {
  return JSON.stringify(value);
}
