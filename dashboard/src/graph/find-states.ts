/** Finds states of a graph by what a person types. Pure. */

/** Returns the state that a text means: its name, or the first that begins with it or has it. */
export function findStateName(names: readonly string[], typed: string): string | undefined {
  const text = typed.trim().toLowerCase();
  if (text === '') return undefined;
  const lower = names.map((name) => name.toLowerCase());
  for (const fits of [
    (name: string) => name === text,
    (name: string) => name.startsWith(text),
    (name: string) => name.includes(text),
  ]) {
    const at = lower.findIndex(fits);
    if (at !== -1) return names[at];
  }
  return undefined;
}
