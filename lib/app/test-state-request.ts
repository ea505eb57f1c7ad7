/**
 * Reads a TestState request of unknown shape. Where a field is a JSON text, the document itself may
 * stand in its place, so that people need not write JSON inside of JSON.
 */
import { z } from 'zod';
import { checkShape } from '../batch/check-shape.ts';
import type { TestStateRequest } from '../test-state/request.ts';

/** A text stays one: what is a JSON text already would be quoted twice. */
const document = z.unknown().transform((value) => {
  return typeof value === 'string' ? value : JSON.stringify(value);
});
const count = z.number();

const shape = z.strictObject({
  definition: document,
  stateName: z.string().exactOptional(),
  roleArn: z.string().exactOptional(),
  input: document.exactOptional(),
  inspectionLevel: z.enum(['INFO', 'DEBUG', 'TRACE']).exactOptional(),
  revealSecrets: z.boolean().exactOptional(),
  variables: document.exactOptional(),
  context: document.exactOptional(),
  mock: z
    .strictObject({
      result: document.exactOptional(),
      errorOutput: z
        .strictObject({ error: z.string().exactOptional(), cause: z.string().exactOptional() })
        .exactOptional(),
      fieldValidationMode: z.enum(['STRICT', 'PRESENT', 'NONE']).exactOptional(),
    })
    .exactOptional(),
  stateConfiguration: z
    .strictObject({
      retrierRetryCount: count.exactOptional(),
      errorCausedByState: z.string().exactOptional(),
      mapIterationFailureCount: count.exactOptional(),
      mapItemReaderData: document.exactOptional(),
    })
    .exactOptional(),
});

/** The request that `value` is. Throws INVALID_ARGUMENT with every problem. */
export function readTestStateRequest(value: object): TestStateRequest {
  return checkShape(shape, value, 'the request');
}
