/** What a machine has besides its definition: logging, tracing and encryption. */
import { canonicalTextOf } from '../asl/json/canonical-json.ts';
import type { JsonObject } from '../asl/json/json.ts';
import { parseJson } from '../asl/json/parse-json.ts';
import { ServiceError } from './service-error.ts';
import type {
  encryptionConfiguration,
  loggingConfiguration,
  tracingConfiguration,
} from './shapes/common-shapes.ts';
import type { ValueOf } from './shapes/shape.ts';

const defaultLogging = Object.freeze({ level: 'OFF', includeExecutionData: false });
const defaultTracing = Object.freeze({ enabled: false });
const defaultEncryption = Object.freeze({ type: 'AWS_OWNED_KEY' });

/** The settings in a request, as clients write them. */
export interface RequestedSettings {
  readonly loggingConfiguration?: ValueOf<typeof loggingConfiguration>;
  readonly tracingConfiguration?: ValueOf<typeof tracingConfiguration>;
  readonly encryptionConfiguration?: ValueOf<typeof encryptionConfiguration>;
}

/** The settings as they are recorded: complete, so that equal ones are the same text. */
export interface CompleteSettings {
  readonly loggingConfiguration?: JsonObject;
  readonly tracingConfiguration?: JsonObject;
  readonly encryptionConfiguration?: JsonObject;
}

/**
 * Returns the settings that a request gives, complete. Throws InvalidLoggingConfiguration or
 * InvalidEncryptionConfiguration.
 */
export function completeSettings(requested: RequestedSettings): CompleteSettings {
  const {
    loggingConfiguration: logging,
    tracingConfiguration: tracing,
    encryptionConfiguration: encryption,
  } = requested;
  return {
    ...(logging !== undefined && { loggingConfiguration: completeLogging(logging) }),
    ...(tracing !== undefined && { tracingConfiguration: { ...defaultTracing, ...tracing } }),
    ...(encryption !== undefined && { encryptionConfiguration: completeEncryption(encryption) }),
  };
}

/** Settings of which those are null that a machine has that is made without any. */
export type NormalSettings = { readonly [Key in keyof CompleteSettings]: JsonObject | null };

/** Returns the settings so that naming a default is the same as leaving it out. */
export function normalizeSettings(settings: CompleteSettings): NormalSettings {
  const textOf = (value: object) => canonicalTextOf(JSON.stringify(value));
  const defaults = new Set([defaultLogging, defaultTracing, defaultEncryption].map(textOf));
  return Object.fromEntries(
    Object.entries(settings).map(([name, each]) => [
      name,
      defaults.has(textOf(each)) ? null : each,
    ]),
  );
}

function completeLogging(logging: ValueOf<typeof loggingConfiguration>): JsonObject {
  const { level = 'OFF', includeExecutionData = false, destinations = [] } = logging;
  const groups = destinations.flatMap(({ cloudWatchLogsLogGroup }) =>
    cloudWatchLogsLogGroup?.logGroupArn === undefined ? [] : [cloudWatchLogsLogGroup.logGroupArn],
  );
  if (groups.length > 1 || (level !== 'OFF' && groups.length !== 1)) {
    throw new ServiceError(
      'InvalidLoggingConfiguration',
      'Invalid Logging Configuration: Must specify exactly one Log Destination.',
    );
  }
  const shown = groups.map((logGroupArn) => ({ cloudWatchLogsLogGroup: { logGroupArn } }));
  return { level, includeExecutionData, ...(shown.length > 0 && { destinations: shown }) };
}

/** Completes how data is encrypted. Throws InvalidEncryptionConfiguration. */
export function completeEncryption(
  encryption: ValueOf<typeof encryptionConfiguration>,
): JsonObject {
  const { type, kmsKeyId, kmsDataKeyReusePeriodSeconds } = encryption;
  if ((type === 'AWS_OWNED_KEY') !== (kmsKeyId === undefined)) {
    const rule =
      type === 'AWS_OWNED_KEY'
        ? 'kmsKeyId must not be given for the type AWS_OWNED_KEY'
        : 'kmsKeyId must be given for the type CUSTOMER_MANAGED_KMS_KEY';
    throw new ServiceError(
      'InvalidEncryptionConfiguration',
      `Invalid Encryption Configuration: '${rule}'`,
    );
  }
  return {
    type,
    ...(kmsKeyId !== undefined && { kmsKeyId }),
    ...(kmsDataKeyReusePeriodSeconds !== undefined && { kmsDataKeyReusePeriodSeconds }),
  };
}

/** Returns the settings that are recorded as JSON texts in the members of an answer. */
export function showSettings(recorded: {
  readonly logging: string | null;
  readonly tracing: string | null;
  readonly encryption: string | null;
}): object {
  return {
    loggingConfiguration: read(recorded.logging, defaultLogging),
    tracingConfiguration: read(recorded.tracing, defaultTracing),
    encryptionConfiguration: read(recorded.encryption, defaultEncryption),
  };
}

/** Returns how data is encrypted, as an answer shows it. */
export function showEncryption(recorded: string | null): object {
  return read(recorded, defaultEncryption);
}

function read(text: string | null, fallback: object): object {
  return text === null ? fallback : (parseJson(text) as JsonObject);
}
