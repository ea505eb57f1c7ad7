/** The rules of a request that do not depend on the state. */
import { describe, expect, it } from 'vitest';
import { checkRequest } from '../../lib/test-state/check-request.ts';
import type { TestStateRequest } from '../../lib/test-state/request.ts';
import { catchRefusal } from './state-test-harness.ts';

const refused = (request: object) =>
  catchRefusal(() => checkRequest(JSON.parse(JSON.stringify({ definition: '{}', ...request }))));
const validation = (message: string) => ({ type: 'ValidationException', message });
const parameter = (problem: string) => ({
  type: 'ParamValidationError',
  message: `Parameter validation failed:\n${problem}`,
});

describe('checkRequest', () => {
  it.each([
    [{ stateName: '' }, 'Invalid length for parameter stateName, value: 0, valid min length: 1'],
    [
      { stateConfiguration: { errorCausedByState: 'x'.repeat(81) } },
      'Invalid length for parameter stateConfiguration.errorCausedByState, value: 81, valid max length: 80',
    ],
    [
      { stateConfiguration: { retrierRetryCount: -1 } },
      'Invalid range for parameter stateConfiguration.retrierRetryCount, value: -1, valid min value: 0',
    ],
    [
      { stateConfiguration: { mapIterationFailureCount: 0.5 } },
      'Invalid range for parameter stateConfiguration.mapIterationFailureCount, value: 0.5, valid min value: 0',
    ],
  ])('a request with a length or a number out of range is refused: %j', (request, message) => {
    expect(refused(request)).toEqual(parameter(message));
  });

  it('a TestState request with an unknown enum value is refused', () => {
    expect(refused({ inspectionLevel: 'ALL' })).toEqual(
      validation(
        "1 validation error detected: Value 'ALL' at 'inspectionLevel' failed to satisfy constraint: " +
          'Member must satisfy enum value set: [INFO, DEBUG, TRACE]',
      ),
    );
    expect(refused({ mock: { result: '1', fieldValidationMode: 'LAX' } })).toMatchObject({
      message: expect.stringContaining('[STRICT, PRESENT, NONE]'),
    });
  });

  it('a mock with both a result and an error, or neither, is refused', () => {
    const message =
      'A test mock should have only one of the following fields: [result, errorOutput].';

    expect(refused({ mock: { result: '1', errorOutput: {} } })).toEqual(validation(message));
    expect(refused({ mock: {} })).toEqual(validation(message));
  });

  it('a mock together with revealSecrets is refused', () => {
    expect(refused({ mock: { result: '1' }, revealSecrets: true })).toEqual(
      validation('TestState does not support RevealSecrets when a mock is specified.'),
    );
  });

  it('a context object without a mock is refused', () => {
    expect(refused({ context: '{}' })).toMatchObject({ type: 'ValidationException' });
  });

  it('a request with allowed values is accepted', () => {
    const request: TestStateRequest = {
      definition: '{}',
      stateName: 'A',
      inspectionLevel: 'TRACE',
      mock: { result: '1', fieldValidationMode: 'NONE' },
      stateConfiguration: { retrierRetryCount: 0, mapIterationFailureCount: 7 },
    };

    expect(() => checkRequest(request)).not.toThrow();
  });
});
