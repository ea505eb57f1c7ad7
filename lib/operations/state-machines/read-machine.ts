/** Reads the definition and the settings that a machine or a revision is made with. */
import { checkDefinition } from '../../asl/check-definition.ts';
import type { MachineType } from '../../asl/definition.ts';
import { canonicalTextOf } from '../../asl/json/canonical-json.ts';
import type { Json, JsonObject } from '../../asl/json/json.ts';
import { parseJson } from '../../asl/json/parse-json.ts';
import { MillraceError, messageOf } from '../../errors.ts';
import type { RevisionSettings } from '../../ports/store/machines/state-machine-store.ts';

/** The settings of a machine besides its definition, as the API names them. Null: the default. */
export interface MachineSettings {
  readonly roleArn?: string;
  readonly loggingConfiguration?: JsonObject | null;
  readonly tracingConfiguration?: JsonObject | null;
  readonly encryptionConfiguration?: JsonObject | null;
}

/**
 * Checks the text of a definition.
 * @throws MALFORMED_DOCUMENT, INVALID_DEFINITION
 */
export function checkDefinitionText(text: string, type: MachineType): void {
  checkDefinition(parseDefinitionText(text), { source: 'the definition', type });
}

function parseDefinitionText(text: string): Json {
  try {
    return parseJson(text);
  } catch (error) {
    throw new MillraceError(
      'MALFORMED_DOCUMENT',
      `the definition must be JSON: ${messageOf(error)}`,
      { fields: { argument: 'definition' } },
    );
  }
}

/** Returns the settings as they are recorded; those that are not given stay as they were. */
export function toRevisionSettings(
  settings: MachineSettings,
  before: Omit<RevisionSettings, 'definitionText'> = noSettings,
): Omit<RevisionSettings, 'definitionText'> {
  const { roleArn, loggingConfiguration, tracingConfiguration, encryptionConfiguration } = settings;
  return {
    roleArn: roleArn ?? before.roleArn,
    logging: toText(loggingConfiguration, before.logging),
    tracing: toText(tracingConfiguration, before.tracing),
    encryption: toText(encryptionConfiguration, before.encryption),
  };
}

const noSettings = Object.freeze({ roleArn: '', logging: null, tracing: null, encryption: null });

function toText(
  configuration: JsonObject | null | undefined,
  before: string | null,
): string | null {
  if (configuration === undefined) return before;
  return configuration === null ? null : canonicalTextOf(JSON.stringify(configuration));
}

/** The text of a definition as its author wrote it. */
export function definitionTextOf(revision: {
  readonly definition: string;
  readonly definitionText: string | null;
}): string {
  return revision.definitionText ?? revision.definition;
}
