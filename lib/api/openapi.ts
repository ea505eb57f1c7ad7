/** Generates the OpenAPI document from the contract. */
import * as z from 'zod';
import { roleFor } from './caller-role.ts';
import { contract } from './contract/contract.ts';
import { type Operation, paramsIn } from './contract/operation.ts';
import { wireShapes } from './contract/shapes.ts';
import { problemStatuses } from './problem.ts';

type JsonSchema = Record<string, unknown>;

let created: object | undefined;

/** Returns the OpenAPI 3.1 document of the API; the same object each time. */
export function openApiDocument(): object {
  created ??= Object.freeze({
    openapi: '3.1.0',
    info: {
      title: 'Millrace',
      version: '1',
      description: 'Batches, executions, queues, tasks and the archive of a Millrace app.',
    },
    servers: [{ url: '/' }],
    security: [{ sigv4: [] }, { bearer: [] }],
    paths: toPaths(contract),
    components: { schemas: { Problem: problem }, securitySchemes: { sigv4, bearer } },
  });
  return created;
}

const sigv4 = {
  type: 'apiKey',
  in: 'header',
  name: 'Authorization',
  description: 'AWS Signature Version 4 for the service lambda.',
  'x-amazon-apigateway-authtype': 'awsSigv4',
};

const bearer = {
  type: 'http',
  scheme: 'bearer',
  description: 'A token of DASHBOARD_TOKENS, where Millrace itself serves the API.',
};

const problem = {
  type: 'object',
  description: 'RFC 9457. Match on `code`; some problems have more members.',
  required: ['type', 'title', 'status', 'detail', 'code', 'retryable', 'requestId'],
  properties: {
    type: { type: 'string' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string', description: 'What was expected, where, and what was found.' },
    code: { enum: Object.keys(problemStatuses) },
    retryable: { type: 'boolean', description: 'Whether the same call may succeed later.' },
    requestId: { type: 'string' },
  },
};

function toPaths(operations: Readonly<Record<string, Operation>>): JsonSchema {
  const paths: Record<string, JsonSchema> = {};
  for (const [name, operation] of Object.entries(operations)) {
    paths[operation.path] ??= {};
    Object.assign(paths[operation.path] ?? {}, {
      [operation.method.toLowerCase()]: describeOperation(name, operation),
    });
  }
  return paths;
}

function describeOperation(name: string, operation: Operation) {
  const { path, summary, needs, query, body, creates } = operation;
  const [, version = '', noun = ''] = path.split('/');
  return {
    operationId: name,
    tags: [noun || version],
    summary,
    'x-millrace-role': roleFor(needs),
    parameters: [
      ...paramsIn(path).map((param) => describeParameter('path', param, { type: 'string' }, true)),
      ...queryParameters(query),
    ],
    ...(body && { requestBody: describeBody(body) }),
    responses: {
      [creates ? 201 : 200]: { description: 'Done.', content: describeReply(operation) },
      default: {
        description: 'Refused or failed.',
        content: {
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        },
      },
    },
  };
}

function queryParameters(query: z.ZodObject | undefined): JsonSchema[] {
  if (query === undefined) return [];
  const { properties = {}, required = [] } = requestSchema(query) as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) =>
    describeParameter('query', name, schema, required.includes(name)),
  );
}

function describeParameter(
  where: 'path' | 'query',
  name: string,
  schema: JsonSchema,
  required: boolean,
) {
  return { name, in: where, required, schema };
}

function describeBody(body: z.ZodType) {
  return {
    required: !body.safeParse(undefined).success,
    content: jsonContent(requestSchema(body)),
  };
}

function describeReply({ reply, repliesText, repliesFile }: Operation) {
  const text = { schema: { type: 'string' } };
  if (repliesFile) return Object.fromEntries(repliesFile.map((type) => [type, text]));
  return repliesText ? { 'text/plain': text } : jsonContent(replySchema(reply));
}

function jsonContent(schema: JsonSchema) {
  return { 'application/json': { schema } };
}

/** The schema of what a caller may send. */
function requestSchema(schema: z.ZodType): JsonSchema {
  return toJsonSchema(schema, 'input', () => {});
}

/** The schema of a reply, which later versions may extend. */
function replySchema(schema: z.ZodType): JsonSchema {
  return toJsonSchema(schema, 'output', (json) => {
    if (json.properties !== undefined) delete json.additionalProperties;
    delete json.readOnly;
  });
}

function toJsonSchema(
  schema: z.ZodType,
  io: 'input' | 'output',
  change: (json: JsonSchema) => void,
): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      const wire = wireShapes.get(zodSchema);
      if (wire !== undefined) {
        for (const key of Object.keys(jsonSchema)) delete jsonSchema[key];
        Object.assign(jsonSchema, wire);
      }
      change(jsonSchema);
    },
  });
  return json;
}
