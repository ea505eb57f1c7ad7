/** Operations on state machines and on definitions. */
import * as z from 'zod';
import type { Json } from '../../asl/json/json.ts';
import { isObject, type JsonObject } from '../../asl/json/json.ts';
import type { Operation } from './operation.ts';
import { exactly, nonEmptyText, queryNumber, timestamp } from './shapes.ts';

const machine = {
  id: nonEmptyText,
  version: z.int().min(1),
  type: z.enum(['STANDARD', 'EXPRESS']),
  createdAt: timestamp,
};

const jsonObject = z.custom<JsonObject>((value) => isObject(value as Json), 'expected an object');
const object = jsonObject.meta({ type: 'object' });

/** A text is taken as the JSON text that it is; anything else is converted to one. */
const document = z.unknown().transform((value) => {
  return typeof value === 'string' ? value : JSON.stringify(value);
});

/**
 * A request of TestState. Where AWS expects a JSON text, the document itself is accepted, too:
 * callers need not write JSON inside JSON.
 */
export const testStateRequest = exactly({
  definition: document,
  stateName: z.string().exactOptional(),
  roleArn: z.string().exactOptional(),
  input: document.exactOptional(),
  inspectionLevel: z.enum(['INFO', 'DEBUG', 'TRACE']).exactOptional(),
  revealSecrets: z.boolean().exactOptional(),
  variables: document.exactOptional(),
  context: document.exactOptional(),
  mock: exactly({
    result: document.exactOptional(),
    errorOutput: exactly({
      error: z.string().exactOptional(),
      cause: z.string().exactOptional(),
    }).exactOptional(),
    fieldValidationMode: z.enum(['STRICT', 'PRESENT', 'NONE']).exactOptional(),
  }).exactOptional(),
  stateConfiguration: exactly({
    retrierRetryCount: z.number().exactOptional(),
    errorCausedByState: z.string().exactOptional(),
    mapIterationFailureCount: z.number().exactOptional(),
    mapItemReaderData: document.exactOptional(),
  }).exactOptional(),
});

const severity = z.enum(['ERROR', 'WARNING']);

/** Lists and shows machines, validates definitions, and tests states. */
export const machineOperations = {
  listMachines: {
    method: 'GET',
    path: '/v1/machines',
    summary: 'Lists the newest version of each state machine',
    reply: exactly({ machines: z.array(exactly(machine)).readonly() }),
  },
  getMachine: {
    method: 'GET',
    path: '/v1/machines/{machineId}',
    summary: 'Returns a state machine with its definition: the newest version, or the one given',
    query: exactly({ version: queryNumber(1, 999_999_999).exactOptional() }),
    reply: exactly({ ...machine, definition: object }),
  },
  validateDefinition: {
    method: 'POST',
    path: '/v1/definitions/validate',
    summary: 'Returns every problem of a definition, given as a document or as its text',
    body: exactly({
      definition: z.union([z.string(), object]),
      type: z.enum(['STANDARD', 'EXPRESS']).default('STANDARD'),
      severity: severity.default('WARNING'),
      maxResults: z.int().min(1).max(100).default(100),
    }),
    reply: exactly({
      result: z.enum(['OK', 'FAIL']),
      diagnostics: z
        .array(
          exactly({
            severity,
            code: nonEmptyText,
            message: nonEmptyText,
            location: z.string().exactOptional(),
          }),
        )
        .readonly(),
      truncated: z.boolean(),
    }),
  },
  testState: {
    method: 'POST',
    path: '/v1/states/test',
    summary:
      "Runs a single state like Step Functions' TestState, with a mock or the app's handlers",
    body: testStateRequest,
    reply: exactly({
      status: z.enum(['SUCCEEDED', 'FAILED', 'RETRIABLE', 'CAUGHT_ERROR']),
      output: z.string().exactOptional(),
      error: z.string().exactOptional(),
      cause: z.string().exactOptional(),
      nextState: z.string().exactOptional(),
      inspectionData: z.custom<object>().meta({ type: 'object' }).exactOptional(),
    }),
  },
} as const satisfies Record<string, Operation>;
