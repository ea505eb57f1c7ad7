/** Reads a TestState request of unknown shape, where documents may stand for their texts. */

import { checkShape } from '../batch/check-shape.ts';
import type { TestStateRequest } from '../test-state/request.ts';
import { stateTest } from './contract/machines.ts';

/** The request that `value` is. Throws INVALID_ARGUMENT with every problem. */
export function readTestStateRequest(value: object): TestStateRequest {
  return checkShape(stateTest, value, 'the request');
}
