/** The refusal of a definition: carries every problem at once, not the first. */
import { MillraceError } from '../errors.ts';
import type { Diagnostic } from './diagnostic.ts';

/** The most problems that the message itself tells; `diagnostics` has them all. */
const shownMax = 50;

/** Thrown by `parseDefinition`; code `INVALID_DEFINITION`. */
export class InvalidDefinition extends MillraceError {
  /** Everything that was found, warnings included, in the order of the definition. */
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[], source?: string) {
    super('INVALID_DEFINITION', summary(diagnostics, source), {
      fields: { source, problems: diagnostics.length },
    });
    this.diagnostics = diagnostics;
  }
}

function summary(diagnostics: readonly Diagnostic[], source: string | undefined): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'ERROR');
  const count = errors.length === 1 ? '1 problem' : `${errors.length} problems`;
  const lines = errors.slice(0, shownMax).map(({ code, message, location, detail }) => {
    const line = `  ${code}: ${message} at ${location === '' ? '/' : location}`;
    return detail === undefined ? line : `${line} (${detail})`;
  });
  if (errors.length > shownMax) lines.push(`  and ${errors.length - shownMax} more`);
  const subject = source === undefined ? 'the definition' : source;
  return `${subject} is not a valid state machine: ${count}\n${lines.join('\n')}`;
}
