import { isObject, type Json } from '../../asl/json/json.ts';
import { ServiceError } from '../service-error.ts';
import type { MemberShape, Members } from './shape.ts';

/**
 * Returns the part of a document that a shape describes: members that it does not name, and those
 * that are null, are left out. Throws SerializationException where a type differs.
 */
export function readValue(shape: MemberShape, value: Json, path: string): Json {
  switch (shape.kind) {
    case 'text':
      return typeof value === 'string' ? value : refuse(value, path, 'String');
    case 'boolean':
      return typeof value === 'boolean' ? value : refuse(value, path, 'Boolean');
    case 'integer':
      return Number.isSafeInteger(value) ? value : refuse(value, path, 'Integer');
    case 'decimal':
      return Number.isFinite(value) ? value : refuse(value, path, 'Float');
    case 'list':
      if (!Array.isArray(value)) throw malformed('Expected list or null', path);
      return value.map((each, index) => {
        const at = `${path}.${index + 1}.member`;
        if (each === null) throw malformed('Expected a value, found null', at);
        return readValue(shape.member, each, at);
      });
    case 'structure':
      if (!isObject(value)) throw malformed('Expected structure or null', path);
      return {
        ...readMembers(shape.required, value, path),
        ...readMembers(shape.optional, value, path),
      };
  }
}

function readMembers(
  members: Members,
  value: { readonly [name: string]: Json | undefined },
  path: string,
): { [name: string]: Json } {
  const read: { [name: string]: Json } = {};
  for (const [name, shape] of Object.entries(members)) {
    const member = Object.hasOwn(value, name) ? value[name] : undefined;
    if (member === undefined || member === null) continue;
    read[name] = readValue(shape, member, path === '' ? name : `${path}.${name}`);
  }
  return read;
}

function refuse(value: Json, path: string, wanted: string): never {
  if (Array.isArray(value)) throw malformed('Start of list found where not expected', path);
  if (isObject(value)) {
    throw malformed('Start of structure or map found where not expected', path);
  }
  const found = typeof value === 'boolean' ? String(value) : typeof value;
  throw malformed(`${found.toUpperCase()}_VALUE cannot be converted to ${wanted}`, path);
}

function malformed(message: string, path: string): ServiceError {
  const place = path === '' ? 'the body' : `'${path}'`;
  return new ServiceError('SerializationException', `${message} at ${place}`);
}
