import { getOwn, isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';
import { MillraceError } from '../../lib/errors.ts';

/**
 * Returns what a rule's target receives for an event: the whole event, a part of it, a constant, or
 * a filled template.
 */
export function renderTargetInput(target: JsonObject, event: JsonObject, ruleArn: string): Json {
  const { Input, InputPath, InputTransformer } = target;
  if (typeof Input === 'string') return JSON.parse(Input);
  if (typeof InputPath === 'string') return selectPart(event, InputPath) ?? null;
  if (!isObject(InputTransformer)) return event;
  const { InputPathsMap, InputTemplate } = InputTransformer;
  const paths = isObject(InputPathsMap) ? InputPathsMap : {};
  const variables = new Map<string, Json | undefined>([
    ['aws.events.rule-arn', ruleArn],
    ['aws.events.rule-name', ruleArn.split('/').at(-1)],
    ['aws.events.event.json', event],
    ['aws.events.event', event],
    ['aws.events.event.ingestion-time', getOwn(event, 'time')],
  ]);
  for (const [name, path] of Object.entries(paths))
    variables.set(name, selectPart(event, String(path)));
  return fillTemplate(String(InputTemplate ?? ''), variables, ruleArn);
}

/** Returns the part of an event at a path like `$.detail.items[0].name`. */
function selectPart(event: JsonObject, path: string): Json | undefined {
  const steps = path
    .replace(/^\$\.?/, '')
    .split(/[.[\]]+/)
    .filter((step) => step !== '');
  return steps.reduce<Json | undefined>((value, step) => {
    if (Array.isArray(value)) return value[Number(step)];
    return isObject(value) ? getOwn(value, step) : undefined;
  }, event);
}

/** A variable inside of a string of the template becomes part of that string, elsewhere a value. */
function fillTemplate(
  template: string,
  variables: ReadonlyMap<string, Json | undefined>,
  ruleArn: string,
): Json {
  let isInText = false;
  const json = template.replace(/\\.|"|<([^<>]+)>/g, (found, name: string | undefined) => {
    if (found === '"') isInText = !isInText;
    if (name === undefined || !variables.has(name)) return found;
    const value = variables.get(name) ?? '';
    if (!isInText) return JSON.stringify(value);
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return JSON.stringify(text).slice(1, -1);
  });
  try {
    return JSON.parse(json);
  } catch (cause) {
    const message = `the InputTemplate of ${ruleArn} does not result in JSON: ${json}`;
    throw new MillraceError('INVALID_CONFIGURATION', message, { cause, fields: { ruleArn } });
  }
}
