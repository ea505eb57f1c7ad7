import { checkShape } from '../check-shape.ts';
import type { TestStateRequest } from '../test-state/request.ts';
import { testStateRequest } from './contract/machines.ts';

/**
 * Reads a TestState request of unknown shape, in which documents may replace their texts. Throws
 * INVALID_ARGUMENT with every problem.
 */
export function readTestStateRequest(value: object): TestStateRequest {
  return checkShape(testStateRequest, value, 'the request');
}
