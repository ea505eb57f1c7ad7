/** Operations on state machines and on definitions. */
import * as z from 'zod';
import type { Json } from '../../asl/json/json.ts';
import { isObject, type JsonObject } from '../../asl/json/json.ts';
import { fieldValidationModes } from '../../test-state/request.ts';
import { stateCounts } from './batches.ts';
import type { Operation } from './operation.ts';
import { count, exactly, nonEmptyText, queryNumber, timestamp } from './shapes.ts';

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
    fieldValidationMode: z.enum(fieldValidationModes).exactOptional(),
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
    needs: 'read',
    method: 'GET',
    path: '/v1/machines',
    summary: 'Lists the newest version of each state machine',
    reply: exactly({ machines: z.array(exactly(machine)).readonly() }),
  },
  getMachine: {
    needs: 'read',
    method: 'GET',
    path: '/v1/machines/{machineId}',
    summary: 'Returns a state machine with its definition: the newest version, or the one given',
    query: exactly({ version: queryNumber(1, 999_999_999).exactOptional() }),
    reply: exactly({ ...machine, definition: object }),
  },
  listMachineVersions: {
    needs: 'read',
    method: 'GET',
    path: '/v1/machines/{machineId}/versions',
    summary: 'Lists the versions of a state machine, newest first',
    query: exactly({ limit: queryNumber(1, 1_000, 100).default(100) }),
    reply: exactly({
      versions: z
        .array(
          exactly({
            ...machine,
            open: count.nullable().meta({ description: 'Open executions; null when not counted.' }),
          }),
        )
        .readonly(),
    }),
  },
  getMachineGraph: {
    needs: 'read',
    method: 'GET',
    path: '/v1/machines/{machineId}/graph',
    summary: 'Returns the states of a machine and the edges between them',
    query: exactly({ version: queryNumber(1, 999_999_999).exactOptional() }),
    reply: exactly({
      machineId: nonEmptyText,
      version: z.int(),
      startAt: nonEmptyText,
      scopes: z
        .array(
          exactly({
            id: nonEmptyText.meta({ description: "'root', or owner and index: 'Lines.0'." }),
            owner: z.string().nullable(),
            kind: z.enum(['root', 'branch', 'map']),
            index: count,
            startAt: nonEmptyText,
          }),
        )
        .readonly(),
      states: z
        .array(
          exactly({
            name: nonEmptyText,
            type: nonEmptyText,
            scope: nonEmptyText,
            resource: z.string().nullable(),
            comment: z.string().nullable(),
            isEnd: z.boolean(),
            distributed: z.boolean(),
            retriers: count,
            catchers: count,
          }),
        )
        .readonly(),
      edges: z
        .array(
          exactly({
            from: nonEmptyText,
            to: nonEmptyText,
            kind: z.enum(['next', 'choice', 'default', 'catch']),
            label: z.string(),
            order: count,
          }),
        )
        .readonly(),
    }),
  },
  getMachineStates: {
    needs: 'read',
    method: 'GET',
    path: '/v1/machines/{machineId}/states',
    summary: 'Returns the state counts of the executions of a version that belong to no batch',
    query: exactly({ version: queryNumber(1, 999_999_999).exactOptional() }),
    reply: exactly({ asOf: timestamp, version: z.int(), states: z.array(stateCounts).readonly() }),
  },
  validateDefinition: {
    needs: 'read',
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
    // A Task without a mock calls the app's handler.
    needs: 'operate',
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
