import { MillraceError } from '../../errors.ts';
import type { Diagnostic } from '../diagnostic.ts';
import type { Json } from '../json/json.ts';
import { formatCreationError, toAwsDiagnostics } from './aws-diagnostic.ts';

/** Maximum number of problems in the message; `diagnostics` has all of them. */
const shownMax = 50;

/**
 * The error of an invalid definition, with all its problems; code `INVALID_DEFINITION`. The message
 * starts like the one of AWS's CreateStateMachine and adds the details and what to do.
 */
export class InvalidDefinition extends MillraceError {
  /** All problems, including warnings, in the order of the definition. */
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
    `InvalidDefinition: ${formatCreationError(toAwsDiagnostics(shown, document)) ?? ''}`,
    ...details,
    ...more,
    `Correct ${source ?? 'the definition'} (${count}); run \`millrace validate FILE\` for the line of each.`,
  ].join('\n');
}
