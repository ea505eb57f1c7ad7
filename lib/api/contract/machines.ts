/** Operations on state machines, and on definitions that are none yet. */
import * as z from 'zod';
import type { Json } from '../../asl/json/json.ts';
import { isObject, type JsonObject } from '../../asl/json/json.ts';
import type { Operation } from './operation.ts';
import { at, exactly, queryNumber, text } from './shapes.ts';

const machine = {
  id: text,
  version: z.int().min(1),
  type: z.enum(['STANDARD', 'EXPRESS']),
  createdAt: at,
};

const jsonObject = z.custom<JsonObject>((value) => isObject(value as Json), 'expected an object');
const object = jsonObject.meta({ type: 'object' });

/** A text stays one: what is a JSON text already would be quoted twice. */
const document = z.unknown().transform((value) => {
  return typeof value === 'string' ? value : JSON.stringify(value);
});

/**
 * A request of TestState. Where AWS has a JSON text, the document itself may stand in its place, so
 * that people need not write JSON inside of JSON.
 */
export const stateTest = exactly({
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

/** See this file's head. */
export const machineOperations = {
  listMachines: {
    method: 'GET',
    path: '/v1/machines',
    summary: 'Lists the state machines of the store, each in its newest version',
    reply: exactly({ machines: z.array(exactly(machine)).readonly() }),
  },
  getMachine: {
    method: 'GET',
    path: '/v1/machines/{machineId}',
    summary: 'Shows the definition of a state machine, the newest or that of a version',
    query: exactly({ version: queryNumber(1, 999_999_999).exactOptional() }),
    reply: exactly({ ...machine, definition: object }),
  },
  validateDefinition: {
    method: 'POST',
    path: '/v1/definitions/validate',
    summary: 'Tells everything that is wrong with a definition, a document or its text',
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
          exactly({ severity, code: text, message: text, location: z.string().exactOptional() }),
        )
        .readonly(),
      truncated: z.boolean(),
    }),
  },
  testState: {
    method: 'POST',
    path: '/v1/states/test',
    summary: "Runs one state alone, as Step Functions' TestState; without a mock, by a handler",
    body: stateTest,
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
