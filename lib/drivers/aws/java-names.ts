/**
 * The names that AWS's SDK for Java gives to what a service's model names: Step Functions shows
 * these, while the SDK for JavaScript keeps the model's own. Pure.
 */

/**
 * A name of a model as one PascalCase word: `DynamoDB` is `DynamoDb`, `executionArn` is
 * `ExecutionArn`, `SFN` is `Sfn`.
 */
export function pascalName(name: string): string {
  return wordsOf(name)
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1).toLowerCase())
    .join('');
}

/**
 * A service by its id: the prefix of its errors. `Database Migration Service` loses its last word.
 */
export function servicePrefix(serviceId: string): string {
  return pascalName(serviceId.replace(/ Service$/, ''));
}

/** The class of an error by its code: `NoSuchBucket` is `NoSuchBucketException`. */
export function exceptionName(code: string): string {
  return `${code.replace(/(?:Fault|Exception)$/, '')}Exception`;
}

/** Where that SDK sees words end: at other characters, case, acronyms, digits and versions. */
function wordsOf(name: string): string[] {
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
