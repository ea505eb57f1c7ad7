import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';
import type { InvocationOutcome } from '../runtime/invocation.ts';
import type { Resource } from '../template/assembly.ts';
import type { PhysicalName } from '../template/name-rule.ts';

/** A request of CloudFormation to a custom resource. */
export interface CustomResourceCall {
  readonly type: 'Create' | 'Update' | 'Delete';
  readonly resource: Resource;
  readonly properties: JsonObject;
  /** The properties that it had; required to update. */
  readonly oldProperties?: JsonObject;
  /** From the answer to `Create`; required to update and to delete. */
  readonly physicalId?: string;
  readonly stackId: string;
  invoke(payload: string): Promise<InvocationOutcome>;
}

/** The outcome of a request: the resource's name, or why it failed. */
export type CustomResourceResult =
  | { readonly kind: 'done'; readonly name: PhysicalName }
  | { readonly kind: 'failed'; readonly reason: string };

/** How long to wait for an answer that is on its way, in milliseconds. */
const graceMs = 1_000;

/**
 * Speaks CloudFormation's protocol for custom resources: a function is invoked with a request and a
 * URL, and the answer that it PUTs there decides whether the deployment continues. A function that
 * fails or ends without an answer fails the deployment, as on AWS, but without the wait.
 */
export class CustomResources {
  readonly #server: Server;
  readonly #waiting = new Map<string, (answer: JsonObject) => void>();

  private constructor() {
    this.#server = createServer((request, response) => {
      void this.#receive(request).then((status) => {
        response.writeHead(status);
        response.end();
      });
    });
  }

  /** Starts the server that functions answer to. */
  static async open(): Promise<CustomResources> {
    const opened = new CustomResources();
    await new Promise<void>((resolve) => opened.#server.listen(0, '127.0.0.1', resolve));
    return opened;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** Sends a request and waits for its answer. */
  async send(call: CustomResourceCall): Promise<CustomResourceResult> {
    const requestId = randomUUID();
    const answered = new Promise<JsonObject>((resolve) => this.#waiting.set(requestId, resolve));
    try {
      const outcome = await call.invoke(JSON.stringify(this.#createRequest(call, requestId)));
      if (outcome.kind !== 'answered') return failedResult(invocationFailure(outcome));
      // The process is frozen now: an answer that is not on its way will not come.
      const nothing = new Promise<null>((resolve) => setTimeout(() => resolve(null), graceMs));
      const answer = await Promise.race([answered, nothing]);
      return answer === null
        ? failedResult('it ended without an answer to its ResponseURL')
        : parseAnswer(answer);
    } finally {
      this.#waiting.delete(requestId);
    }
  }

  #createRequest(
    { type, resource, properties, oldProperties, physicalId, stackId }: CustomResourceCall,
    id: string,
  ) {
    const address = this.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const { ServiceToken } = properties;
    return {
      RequestType: type,
      RequestId: id,
      ResponseURL: `http://127.0.0.1:${port}/${id}`,
      ResourceType: resource.type,
      LogicalResourceId: resource.logicalId,
      ...(physicalId !== undefined && { PhysicalResourceId: physicalId }),
      StackId: stackId,
      ServiceToken,
      ResourceProperties: properties,
      ...(oldProperties !== undefined && { OldResourceProperties: oldProperties }),
    };
  }

  async #receive(request: IncomingMessage): Promise<number> {
    const answer: unknown = JSON.parse(await text(request));
    const deliver = this.#waiting.get((request.url ?? '').slice(1));
    if (request.method !== 'PUT' || deliver === undefined || !isObject(answer)) return 403;
    deliver(answer);
    return 200;
  }
}

function invocationFailure(outcome: InvocationOutcome): string {
  if (outcome.kind === 'failed') return `${outcome.error.errorType}: ${outcome.error.errorMessage}`;
  return 'its function was throttled';
}

function parseAnswer({
  Status,
  Reason,
  PhysicalResourceId,
  Data,
}: JsonObject): CustomResourceResult {
  if (Status !== 'SUCCESS') return failedResult(String(Reason ?? 'it gave no reason'));
  if (typeof PhysicalResourceId !== 'string' || PhysicalResourceId === '') {
    return failedResult('its answer has no PhysicalResourceId');
  }
  const attributes = Object.entries(isObject(Data) ? Data : {}).map(([key, value]) => [
    key,
    typeof value === 'string' ? value : JSON.stringify(value),
  ]);
  return {
    kind: 'done',
    name: { ref: PhysicalResourceId, attributes: Object.fromEntries(attributes) },
  };
}

function failedResult(reason: string): CustomResourceResult {
  return { kind: 'failed', reason };
}
