/**
 * Holds a request to the rules that do not depend on the state: lengths, ranges, words. Sentences
 * are those of AWS and of its client.
 */
import { refuse } from './refusal.ts';
import type { TestStateRequest } from './request.ts';

const inspectionLevels = ['INFO', 'DEBUG', 'TRACE'];
const validationModes = ['STRICT', 'PRESENT', 'NONE'];
const nameCharsMax = 80;

/** Throws INVALID_ARGUMENT for the first thing that is off. */
export function checkRequest(request: TestStateRequest): void {
  const { stateName, inspectionLevel, revealSecrets, context, mock, stateConfiguration } = request;
  checkName('stateName', stateName);
  checkName('stateConfiguration.errorCausedByState', stateConfiguration?.errorCausedByState);
  checkCount('retrierRetryCount', stateConfiguration?.retrierRetryCount);
  checkCount('mapIterationFailureCount', stateConfiguration?.mapIterationFailureCount);
  checkWord('inspectionLevel', inspectionLevel, inspectionLevels);
  checkWord('mock.fieldValidationMode', mock?.fieldValidationMode, validationModes);
  if (context !== undefined && mock === undefined) {
    const message = 'A Context object can only be specified when a mock is specified';
    refuse('ValidationException', message, 'add a mock, or leave the context out');
  }
  if (mock === undefined) return;
  if (revealSecrets === true) {
    const message = 'TestState does not support RevealSecrets when a mock is specified.';
    refuse('ValidationException', message, 'leave one of the two out');
  }
  if ((mock.result === undefined) === (mock.errorOutput === undefined)) {
    const message =
      'A test mock should have only one of the following fields: [result, errorOutput].';
    refuse('ValidationException', message, 'say how the work ends: with a result, or an error');
  }
}

function checkName(parameter: string, name: string | undefined): void {
  if (name === undefined || (name.length >= 1 && name.length <= nameCharsMax)) return;
  const told = `Invalid length for parameter ${parameter}, value: ${name.length}`;
  const bound = name === '' ? 'valid min length: 1' : `valid max length: ${nameCharsMax}`;
  invalidParameter(`${told}, ${bound}`, 'give the name of a state');
}

function checkCount(field: string, count: number | undefined): void {
  if (count === undefined || (Number.isSafeInteger(count) && count >= 0)) return;
  const parameter = `stateConfiguration.${field}`;
  const told = `Invalid range for parameter ${parameter}, value: ${count}, valid min value: 0`;
  invalidParameter(told, 'give a whole number of at least 0');
}

function invalidParameter(told: string, advice: string): never {
  return refuse('ParamValidationError', `Parameter validation failed:\n${told}`, advice);
}

function checkWord(place: string, word: string | undefined, words: readonly string[]): void {
  if (word === undefined || words.includes(word)) return;
  const message =
    `1 validation error detected: Value '${word}' at '${place}' failed to satisfy constraint: ` +
    `Member must satisfy enum value set: [${words.join(', ')}]`;
  refuse('ValidationException', message, 'use one of these words');
}
