/** From document to definition: whatever is wrong with it is told at once. */
import { MillraceError } from '../errors.ts';
import type { MachineDefinition, MachineType } from './definition.ts';
import type { Json } from './json/json.ts';
import { isDeeperThan, valueDepthMax } from './json/json-depth.ts';
import { InvalidDefinition } from './validate/invalid-definition.ts';
import { isDefinition, validate } from './validate.ts';

/** Options of {@link checkDefinition}. */
export interface CheckOptions {
  /** The name of the file or place that the document is from, for messages. */
  readonly source?: string;
  /** The type of the machine that it is to define. @default STANDARD */
  readonly type?: MachineType;
}

/**
 * The definition that `document` is. Throws `MALFORMED_DOCUMENT` for one that is nested too deeply,
 * else `InvalidDefinition` with every problem.
 */
export function checkDefinition(document: Json, options: CheckOptions = {}): MachineDefinition {
  requireDepth(document, options.source);
  const diagnostics = validate(document, options);
  if (isDefinition(document, diagnostics)) return document;
  throw new InvalidDefinition(diagnostics, document, options.source);
}

/** Throws `MALFORMED_DOCUMENT` for a document that is nested deeper than is followed. */
export function requireDepth(document: Json, source = 'the document'): void {
  if (!isDeeperThan(document, valueDepthMax)) return;
  throw new MillraceError(
    'MALFORMED_DOCUMENT',
    `cannot read ${source}: expected at most ${valueDepthMax} levels of nesting`,
    { fields: { source } },
  );
}
