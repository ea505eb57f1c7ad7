import { MillraceError } from '../errors.ts';
import type { MachineDefinition, MachineType } from './definition.ts';
import type { Json, JsonObject } from './json/json.ts';
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

/** The definitions that a build has validated, and as what. */
const trusted = new WeakMap<object, MachineType>();

/**
 * Makes `checkDefinition` return this object as it is: a bundle contains definitions that were
 * validated when it was built, and validating them took a tenth of a cold start.
 */
export function trustDefinition(document: JsonObject, type: MachineType = 'STANDARD'): void {
  trusted.set(document, type);
}

/**
 * Validates `document` and returns it as a definition. Throws `MALFORMED_DOCUMENT` when it is
 * nested too deeply, and `InvalidDefinition` with all problems at once when it is not valid.
 */
export function checkDefinition(document: Json, options: CheckOptions = {}): MachineDefinition {
  if (isTrusted(document, options.type)) return document;
  requireDocumentDepth(document, options.source);
  const diagnostics = validate(document, options);
  if (isDefinition(document, diagnostics)) return document;
  throw new InvalidDefinition(diagnostics, document, options.source);
}

function isTrusted(
  document: Json,
  type: MachineType = 'STANDARD',
): document is JsonObject & MachineDefinition {
  return typeof document === 'object' && document !== null && trusted.get(document) === type;
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
