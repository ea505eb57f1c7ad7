import { isObject, type Json } from '../../lib/asl/json/json.ts';
import { calledFunction, substitutions } from './intrinsics.ts';

/** Returns the logical ids of the resources and parameters that a value refers to. */
export function findReferences(value: Json): Set<string> {
  const found = new Set<string>();
  collect(value, found);
  return found;
}

function collect(value: Json, found: Set<string>): void {
  if (Array.isArray(value)) {
    for (const each of value) collect(each, found);
  } else if (isObject(value)) {
    const called = calledFunction(value);
    if (called !== undefined) collectCall(called, value[called] ?? null, found);
    for (const each of Object.values(value)) collect(each, found);
  }
}

function collectCall(called: string, argument: Json, found: Set<string>): void {
  if (called === 'Ref' && typeof argument === 'string') found.add(argument);
  if (called === 'Fn::GetAtt') {
    const [id] = typeof argument === 'string' ? argument.split('.') : (argument as string[]);
    if (id !== undefined) found.add(id);
  }
  if (called === 'Fn::Sub') {
    const [template, own] = Array.isArray(argument) ? argument : [argument];
    for (const [, name = ''] of String(template).matchAll(substitutions)) {
      const isOwn = isObject(own) && Object.hasOwn(own, name);
      if (!isOwn) found.add(name.split('.')[0] ?? name);
    }
  }
}
