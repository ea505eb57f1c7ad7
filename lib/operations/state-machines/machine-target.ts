/** Which machine, version or alias a caller means. Pure. */
import { MillraceError } from '../../errors.ts';

/** A machine by its name, and perhaps a published version or an alias of it. */
export interface MachineTarget {
  readonly name: string;
  readonly qualifier: MachineQualifier | null;
}

/** A published version, or an alias. */
export type MachineQualifier =
  | { readonly kind: 'version'; readonly number: number }
  | { readonly kind: 'alias'; readonly name: string };

/** Returns the target of a name and what follows it: a number is a version, a word an alias. */
export function toMachineTarget(name: string, qualifier: string | null): MachineTarget {
  if (qualifier === null) return { name, qualifier: null };
  if (/^[1-9]\d{0,8}$/.test(qualifier)) {
    return { name, qualifier: { kind: 'version', number: Number(qualifier) } };
  }
  return { name, qualifier: { kind: 'alias', name: qualifier } };
}

/**
 * Reads how people write a target: `order`, `order:3`, `order:live`.
 * @throws INVALID_ARGUMENT
 */
export function parseMachineName(text: string): MachineTarget {
  const [name = '', qualifier = null, ...more] = text.split(':');
  if (name !== '' && qualifier !== '' && more.length === 0) return toMachineTarget(name, qualifier);
  throw new MillraceError(
    'INVALID_ARGUMENT',
    `a machine is named <machine>, <machine>:<version> or <machine>:<alias>; found '${text}'`,
    { fields: { argument: 'machine' } },
  );
}

/** Returns how people write a target. */
export function formatTarget({ name, qualifier }: MachineTarget): string {
  if (qualifier === null) return name;
  return `${name}:${qualifier.kind === 'version' ? qualifier.number : qualifier.name}`;
}
