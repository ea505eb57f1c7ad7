/** Evaluates the texts of a template: its functions, as far as the template itself answers them. */
import { isObject, type Json, type JsonObject } from '../asl/json/json.ts';

/** What texts are evaluated with. */
export interface TemplateScope {
  /** The template's resources by logical id. */
  readonly resources: JsonObject;
  /** Values by name: of parameters, of pseudo parameters such as `AWS::Region`, and given ones. */
  readonly values: ReadonlyMap<string, string>;
}

/**
 * Returns the text of a value. What the template does not answer stays as a substitution: `${Name}`
 * or `${Name.Arn}`. Null for a value that is no text.
 */
export function evaluateText(value: Json | undefined, scope: TemplateScope): string | null {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (!isObject(value)) return null;
  const [[name, argument] = ['', null]] = Object.entries(value);
  switch (name) {
    case 'Ref':
      return typeof argument === 'string' ? evaluateReference(argument, scope) : null;
    case 'Fn::GetAtt':
      return evaluateReference(toTexts(argument, scope).join('.'), scope);
    case 'Fn::Join':
      return evaluateJoin(argument, scope);
    case 'Fn::Sub':
      return evaluateSub(argument, scope);
    default:
      return `\${${name.replace('Fn::', '')}}`;
  }
}

function evaluateJoin(argument: Json, scope: TemplateScope): string | null {
  const [separator, parts] = Array.isArray(argument) ? (argument as readonly Json[]) : [];
  if (typeof separator !== 'string') return null;
  return toTexts(parts ?? null, scope).join(separator);
}

function toTexts(value: Json, scope: TemplateScope): string[] {
  const items = Array.isArray(value) ? (value as readonly Json[]) : [value];
  return items.map((item) => evaluateText(item, scope) ?? '');
}

function evaluateSub(argument: Json, scope: TemplateScope): string | null {
  const [text, given] = Array.isArray(argument) ? (argument as readonly Json[]) : [argument];
  if (typeof text !== 'string') return null;
  const own = isObject(given) ? given : {};
  return substitute(text, (name) => {
    return Object.hasOwn(own, name)
      ? evaluateText(own[name], scope)
      : evaluateReference(name, scope);
  });
}

/** Replaces `${name}` by its value; null leaves it. `${!name}` is `${name}` itself. */
export function substitute(text: string, findValue: (name: string) => string | null): string {
  return text.replaceAll(/\$\{(!?)([^{}]{1,255})\}/g, (whole, literal: string, name: string) => {
    if (literal === '!') return `\${${name}}`;
    return findValue(name.trim()) ?? whole;
  });
}

function evaluateReference(name: string, { resources, values }: TemplateScope): string {
  const value = values.get(name);
  if (value !== undefined) return value;
  const [id = '', attribute] = splitOnce(name);
  const handler = findFunctionName(resources, id);
  if (handler !== null && (attribute === undefined || attribute === 'Arn')) return handler;
  if (typeOf(resources[id]) === 'AWS::StepFunctions::Activity' && attribute === undefined) {
    const activity = propertiesOf(resources[id]).Name;
    return `arn:aws:states:us-east-1:000000000000:activity:${typeof activity === 'string' ? activity : id}`;
  }
  return `\${${name}}`;
}

function splitOnce(name: string): [string, string?] {
  const dot = name.indexOf('.');
  return dot < 0 ? [name] : [name.slice(0, dot), name.slice(dot + 1)];
}

const functionTypes = new Set(['AWS::Lambda::Function', 'AWS::Serverless::Function']);

/** Returns the name of a Lambda function, of its alias or version; null for any other resource. */
function findFunctionName(resources: JsonObject, id: string, depth = 0): string | null {
  const resource = Object.hasOwn(resources, id) ? resources[id] : undefined;
  const type = typeOf(resource);
  const { FunctionName } = propertiesOf(resource);
  if (functionTypes.has(type)) {
    return typeof FunctionName === 'string' ? FunctionName : chooseHandlerName(resources, id);
  }
  if (type !== 'AWS::Lambda::Alias' && type !== 'AWS::Lambda::Version') return null;
  if (typeof FunctionName === 'string') return FunctionName;
  if (!isObject(FunctionName) || depth > 3) return null;
  const named = FunctionName.Ref ?? FunctionName['Fn::GetAtt'];
  const target = Array.isArray(named) ? (named as readonly Json[])[0] : named;
  return typeof target === 'string' ? findFunctionName(resources, target, depth + 1) : null;
}

/** Two functions whose ids give the same name keep their ids. */
function chooseHandlerName(resources: JsonObject, id: string): string {
  const name = toHandlerName(id);
  const isShared = Object.keys(resources).some((other) => {
    return (
      other !== id && functionTypes.has(typeOf(resources[other])) && toHandlerName(other) === name
    );
  });
  return isShared ? id : name;
}

/** Makes a handler's name of a logical id: CDK appends 8 hexadecimal digits, and others a word. */
function toHandlerName(id: string): string {
  const name = id.replace(/[0-9A-F]{8}$/, '').replace(/(?:LambdaFunction|Function|Lambda|Fn)$/, '');
  const usable = name === '' ? id : name;
  return usable.charAt(0).toLowerCase() + usable.slice(1);
}

/** Returns the type of a resource; '' for what is none. */
export function typeOf(resource: Json | undefined): string {
  const type = isObject(resource) ? resource.Type : undefined;
  return typeof type === 'string' ? type : '';
}

/** Returns the properties of a resource. */
export function propertiesOf(resource: Json | undefined): JsonObject {
  const properties = isObject(resource) ? resource.Properties : undefined;
  return isObject(properties) ? properties : {};
}
