import { MillraceError } from '../errors.ts';
import type { MachineDefinition, MachineType } from './definition.ts';
import type { Json } from './json/json.ts';
import { isDeeperThan, valueDepthMax } from './json/json-depth.ts';
import { InvalidDefinition } from './validate/invalid-definition.ts';
import { isDefinition, validate } from './validate.ts';

/** Options of {@link checkDefinition}. */
export interface CheckOptions {
  /** Name of the file or other source of the document, used in messages. */
  readonly source?: string;
  /** Type of the machine that the document defines. @default STANDARD */
  readonly type?: MachineType;
}

/**
 * Validates `document` and returns it as a definition. Throws `MALFORMED_DOCUMENT` when it is
 * nested too deeply, and `InvalidDefinition` with all problems at once when it is not valid.
 */
export function checkDefinition(document: Json, options: CheckOptions = {}): MachineDefinition {
  requireDocumentDepth(document, options.source);
  const diagnostics = validate(document, options);
  if (isDefinition(document, diagnostics)) return document;
  throw new InvalidDefinition(diagnostics, document, options.source);
}

/** Throws `MALFORMED_DOCUMENT` when the document is nested deeper than the supported depth. */
export function requireDocumentDepth(document: Json, source = 'the document'): void {
  if (!isDeeperThan(document, valueDepthMax)) return;
  throw new MillraceError(
    'MALFORMED_DOCUMENT',
    `cannot read ${source}: expected at most ${valueDepthMax} levels of nesting`,
    { fields: { source } },
  );
}
