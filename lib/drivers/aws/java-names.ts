/**
 * Names of the AWS SDK for Java, derived from a service's model: Step Functions shows these, while
 * the SDK for JavaScript keeps the names of the model. Pure.
 */

/**
 * Converts a name of a model to PascalCase: `DynamoDB` becomes `DynamoDb`, `executionArn` becomes
 * `ExecutionArn`, `SFN` becomes `Sfn`.
 */
export function toPascalCase(name: string): string {
  return splitWords(name)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join('');
}

/**
 * Converts a service's id to the prefix of its errors. `Database Migration Service` loses its last
 * word.
 */
export function toErrorPrefix(serviceId: string): string {
  return toPascalCase(serviceId.replace(/ Service$/, ''));
}

/** Converts an error code to its class: `NoSuchBucket` becomes `NoSuchBucketException`. */
export function toExceptionName(code: string): string {
  return `${code.replace(/(?:Fault|Exception)$/, '')}Exception`;
}

/** Splits a name as that SDK does: at other characters, case, acronyms, digits and versions. */
function splitWords(name: string): string[] {
  return name
    .replace(/[^A-Za-z0-9]+/g, ' ')
    .replace(/([^a-z]{2,})v(\d+)/g, '$1 v$2 ')
    .replace(/([^A-Z]{2,})V(\d+)/g, '$1 V$2 ')
    .replace(/(?<=[a-z])(?=[A-Z][A-Za-z0-9])/g, ' ')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replace(/(\d)([A-Za-z])/g, '$1 $2')
    .split(' ')
    .filter((word) => word !== '');
}
