/**
 * Checks the rules of a request that do not depend on the state: lengths, ranges, enum values. The
 * messages are those of AWS and its client.
 */
import { refuseTest } from './refusal.ts';
import { fieldValidationModes, type TestStateRequest } from './request.ts';

const inspectionLevels = ['INFO', 'DEBUG', 'TRACE'];
const nameCharsMax = 80;

/** Throws INVALID_ARGUMENT for the first invalid field. */
export function checkRequest(request: TestStateRequest): void {
  const { stateName, inspectionLevel, revealSecrets, context, mock, stateConfiguration } = request;
  checkName('stateName', stateName);
  checkName('stateConfiguration.errorCausedByState', stateConfiguration?.errorCausedByState);
  checkCount('retrierRetryCount', stateConfiguration?.retrierRetryCount);
  checkCount('mapIterationFailureCount', stateConfiguration?.mapIterationFailureCount);
  checkEnum('inspectionLevel', inspectionLevel, inspectionLevels);
  checkEnum('mock.fieldValidationMode', mock?.fieldValidationMode, fieldValidationModes);
  if (context !== undefined && mock === undefined) {
    const message = 'A Context object can only be specified when a mock is specified';
    refuseTest('ValidationException', message, 'add a mock, or remove the context');
  }
  if (stateConfiguration?.mapIterationFailureCount !== undefined && mock === undefined) {
    const message =
      'TestState does not support MapIterationFailureCount when a mock is not specified.';
    refuseTest('ValidationException', message, 'add a mock, or remove the count');
  }
  if (mock === undefined) return;
  if (revealSecrets === true) {
    const message = 'TestState does not support RevealSecrets when a mock is specified.';
    refuseTest('ValidationException', message, 'remove one of the two');
  }
  if ((mock.result === undefined) === (mock.errorOutput === undefined)) {
    const message =
      'A test mock should have only one of the following fields: [result, errorOutput].';
    refuseTest('ValidationException', message, 'set exactly one of result and errorOutput');
  }
}

function checkName(parameter: string, name: string | undefined): void {
  if (name === undefined || (name.length >= 1 && name.length <= nameCharsMax)) return;
  const problem = `Invalid length for parameter ${parameter}, value: ${name.length}`;
  const bound = name === '' ? 'valid min length: 1' : `valid max length: ${nameCharsMax}`;
  invalidParameter(`${problem}, ${bound}`, 'pass the name of a state');
}

function checkCount(field: string, count: number | undefined): void {
  if (count === undefined || (Number.isSafeInteger(count) && count >= 0)) return;
  const parameter = `stateConfiguration.${field}`;
  const problem = `Invalid range for parameter ${parameter}, value: ${count}, valid min value: 0`;
  invalidParameter(problem, 'pass a whole number of at least 0');
}

function invalidParameter(problem: string, advice: string): never {
  return refuseTest('ParamValidationError', `Parameter validation failed:\n${problem}`, advice);
}

function checkEnum(field: string, value: string | undefined, values: readonly string[]): void {
  if (value === undefined || values.includes(value)) return;
  const message =
    `1 validation error detected: Value '${value}' at '${field}' failed to satisfy constraint: ` +
    `Member must satisfy enum value set: [${values.join(', ')}]`;
  refuseTest('ValidationException', message, 'use one of these values');
}
