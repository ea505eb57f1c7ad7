/** The refusal of a definition: carries every problem at once, not the first. */
import { MillraceError } from '../../errors.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Json } from '../json/json.ts';
import { awsDiagnostics, creationRefusal } from './aws-diagnostic.ts';

/** The most problems that the message itself tells; `diagnostics` has them all. */
const shownMax = 50;

/**
 * Thrown by `parseDefinition`; code `INVALID_DEFINITION`. The message begins as that of AWS's
 * CreateStateMachine, and goes on with what was found and what to do.
 */
export class InvalidDefinition extends MillraceError {
  /** Everything that was found, warnings included, in the order of the definition. */
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[], document: Json, source?: string) {
    super('INVALID_DEFINITION', summary(diagnostics, document, source), {
      fields: { source, problems: diagnostics.length },
    });
    this.diagnostics = diagnostics;
  }
}

function summary(
  diagnostics: readonly Diagnostic[],
  document: Json,
  source: string | undefined,
): string {
  const errors = diagnostics.filter(({ severity }) => severity === 'ERROR');
  const shown = errors.slice(0, shownMax);
  const details = shown.flatMap(({ location = '', detail }) => {
    return detail === undefined ? [] : [`  ${location === '' ? '/' : location}: ${detail}`];
  });
  const more = errors.length > shownMax ? [`  and ${errors.length - shownMax} more`] : [];
  const count = errors.length === 1 ? '1 problem' : `${errors.length} problems`;
  return [
    `InvalidDefinition: ${creationRefusal(awsDiagnostics(shown, document)) ?? ''}`,
    ...details,
    ...more,
    `Correct ${source ?? 'the definition'} (${count}); \`millrace validate FILE\` tells every line.`,
  ].join('\n');
}
