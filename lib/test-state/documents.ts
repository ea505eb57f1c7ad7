/** Parses the JSON texts of a request; invalid JSON is rejected by the name of its field. */
import { isObject, type Json, type JsonObject } from '../asl/json/json.ts';
import { parseDocument } from '../asl/parse.ts';
import { hasCode } from '../errors.ts';
import { checkContext } from './check-context.ts';
import { type RefusalType, refuseTest } from './refusal.ts';
import type { TestStateRequest } from './request.ts';

/** The parsed documents of a request. */
export interface Documents {
  readonly input: Json;
  /** Undefined without the field in the request, like the next two. */
  readonly variables: JsonObject | undefined;
  readonly context: JsonObject | undefined;
  readonly mockResult: Json | undefined;
}

/** Parses all documents of a request. Throws INVALID_ARGUMENT. */
export function readDocuments(request: TestStateRequest): Documents {
  const { input = '{}', variables, context, mock } = request;
  return {
    input: readJsonField('input', input, 'InvalidExecutionInput'),
    variables: variables === undefined ? undefined : readObject('variables', variables),
    context: context === undefined ? undefined : checkContext(readObject('context', context)),
    mockResult: mock?.result === undefined ? undefined : readMockedResult(mock.result),
  };
}

/** Parses the JSON text of a field. Throws INVALID_ARGUMENT. */
export function readJsonField(
  field: string,
  text: string,
  awsType: RefusalType = 'ValidationException',
): Json {
  try {
    return parseDocument(text, { source: `${field}.json` });
  } catch (error) {
    if (!hasCode(error, 'MALFORMED_DOCUMENT')) throw error;
    return refuseTest(awsType, `Invalid JSON in '${field}'`, error.message);
  }
}

function readMockedResult(text: string): Json {
  try {
    return parseDocument(text, { source: 'mock.result.json' });
  } catch (error) {
    if (!hasCode(error, 'MALFORMED_DOCUMENT')) throw error;
    const message = 'Mocked result must be valid JSON';
    return refuseTest('ValidationException', message, error.message);
  }
}

function readObject(field: string, text: string): JsonObject {
  const found = readJsonField(field, text);
  if (isObject(found)) return found;
  return refuseTest('ValidationException', `'${field}' must be a JSON object.`, `found ${text}`);
}
