/**
 * Which names an execution may have: Step Functions' own rule, so that a batch runs there and here
 * alike.
 */

/**
 * White space, brackets, wildcards, special and control characters, lone surrogates,
 * non-characters.
 */
const forbidden = /[\s<>{}[\]?*"#%\\^|~`$&,;:/\p{Cc}\p{Cs}\uFFFE\uFFFF]/u;

/** What is wrong with `name` as the name of an execution; null when nothing is. */
export function nameFault(name: unknown): string | null {
  if (typeof name !== 'string') return `expected a text as the name, found ${kindOf(name)}`;
  if (name.length < 1 || name.length > 80) {
    return `a name has 1 to 80 characters, found ${name.length}`;
  }
  const found = forbidden.exec(name);
  if (found === null) return null;
  return (
    'a name holds no white space, no control characters and none of <>{}[]?*"#%\\^|~`$&,;:/, ' +
    `found ${JSON.stringify(found[0])} at ${found.index}`
  );
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'an array' : `a value of type ${typeof value}`;
}
