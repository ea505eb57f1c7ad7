/** The OpenAPI 3.1 document of the API, made of the contract: what it says is what is checked. */
import * as z from 'zod';
import { contract } from './contract/contract.ts';
import { type Operation, paramsIn } from './contract/operation.ts';
import { wireShapes } from './contract/shapes.ts';
import { problemStatuses } from './problem.ts';

type JsonSchema = Record<string, unknown>;

let made: object | undefined;

/** The document; the same one each time. */
export function openApiDocument(): object {
  made ??= Object.freeze({
    openapi: '3.1.0',
    info: {
      title: 'Millrace',
      version: '1',
      description: 'Batches, executions, queues, tasks and the archive of a Millrace app.',
    },
    servers: [{ url: '/' }],
    security: [{ sigv4: [] }],
    paths: pathsOf(contract),
    components: { schemas: { Problem: problem }, securitySchemes: { sigv4 } },
  });
  return made;
}

const sigv4 = {
  type: 'apiKey',
  in: 'header',
  name: 'Authorization',
  description: 'AWS Signature Version 4, of the service lambda.',
  'x-amazon-apigateway-authtype': 'awsSigv4',
};

const problem = {
  type: 'object',
  description: 'RFC 9457. Match on `code`; some have more members.',
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

function pathsOf(operations: Readonly<Record<string, Operation>>): JsonSchema {
  const paths: Record<string, JsonSchema> = {};
  for (const [name, operation] of Object.entries(operations)) {
    paths[operation.path] ??= {};
    Object.assign(paths[operation.path] ?? {}, {
      [operation.method.toLowerCase()]: operationOf(name, operation),
    });
  }
  return paths;
}

function operationOf(name: string, { path, summary, query, body, reply, creates }: Operation) {
  const [, version = '', noun = ''] = path.split('/');
  return {
    operationId: name,
    tags: [noun || version],
    summary,
    parameters: [
      ...paramsIn(path).map((param) => parameter('path', param, { type: 'string' }, true)),
      ...queryParameters(query),
    ],
    ...(body && { requestBody: bodyOf(body) }),
    responses: {
      [creates ? 201 : 200]: { description: 'Done.', content: jsonContent(replySchema(reply)) },
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
  const { properties = {}, required = [] } = askedSchema(query) as {
    properties?: Record<string, JsonSchema>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, schema]) =>
    parameter('query', name, schema, required.includes(name)),
  );
}

function parameter(where: 'path' | 'query', name: string, schema: JsonSchema, required: boolean) {
  return { name, in: where, required, schema };
}

function bodyOf(body: z.ZodType) {
  return { required: !body.safeParse(undefined).success, content: jsonContent(askedSchema(body)) };
}

function jsonContent(schema: JsonSchema) {
  return { 'application/json': { schema } };
}

/** What a caller may send: more than what it is read to. */
function askedSchema(schema: z.ZodType): JsonSchema {
  return schemaOf(schema, 'input', () => {});
}

/** What a caller gets: later versions may say more. */
function replySchema(schema: z.ZodType): JsonSchema {
  return schemaOf(schema, 'output', (json) => {
    if (json.properties !== undefined) delete json.additionalProperties;
    delete json.readOnly;
  });
}

function schemaOf(
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
