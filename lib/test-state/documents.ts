/** Reads the JSON texts of a request; one that is none is refused, naming the field. */
import { isObject, type Json, type JsonObject } from '../asl/json/json.ts';
import { parseDocument } from '../asl/parse.ts';
import { hasCode } from '../errors.ts';
import { type RefusalType, refuse } from './refusal.ts';
import type { TestStateRequest } from './request.ts';

/** A request's documents, read. */
export interface Documents {
  readonly input: Json;
  /** Undefined where the request has none. */
  readonly variables: JsonObject | undefined;
  readonly context: JsonObject | undefined;
  readonly mockResult: Json | undefined;
}

/** Reads them all. Throws INVALID_ARGUMENT. */
export function readDocuments(request: TestStateRequest): Documents {
  const { input = '{}', variables, context, mock } = request;
  return {
    input: readText('input', input, 'InvalidExecutionInput'),
    variables: variables === undefined ? undefined : readObject('variables', variables),
    context: context === undefined ? undefined : readContext(context),
    mockResult: mock?.result === undefined ? undefined : readText('mock.result', mock.result),
  };
}

/** The document of a field. */
export function readText(
  field: string,
  text: string,
  awsType: RefusalType = 'ValidationException',
): Json {
  try {
    return parseDocument(text, { source: `${field}.json` });
  } catch (error) {
    if (!hasCode(error, 'MALFORMED_DOCUMENT')) throw error;
    return refuse(awsType, `Invalid JSON in '${field}'`, error.message);
  }
}

function readObject(field: string, text: string): JsonObject {
  const found = readText(field, text);
  if (isObject(found)) return found;
  return refuse('ValidationException', `'${field}' must be a JSON object.`, `found ${text}`);
}

/** What a context may have; `Map` is known, and not to be set. */
const contextFields = ['Execution', 'State', 'StateMachine', 'Task'];

function readContext(text: string): JsonObject {
  const context = readObject('context', text);
  for (const field of Object.keys(context)) {
    if (contextFields.includes(field)) continue;
    const told =
      field === 'Map'
        ? "'Map' field is not supported when mocking a Context object"
        : `Field '${field}' is not allowed`;
    const advice = `a context has ${contextFields.join(', ')}`;
    refuse('ValidationException', `Invalid Context object provided: ${told}`, advice);
  }
  return context;
}
