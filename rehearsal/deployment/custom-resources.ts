/**
 * CloudFormation's protocol for custom resources: the function is invoked with a request and a URL,
 * and what it PUTs there decides whether the deployment goes on. A function that fails without an
 * answer, or never answers, fails the deployment, as on AWS, only sooner.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import { text } from 'node:stream/consumers';
import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';
import type { InvocationOutcome } from '../runtime/invocation.ts';
import type { Resource } from '../template/assembly.ts';
import type { PhysicalName } from '../template/physical-names.ts';

/** What is asked of a custom resource. */
export interface CustomResourceCall {
  readonly type: 'Create' | 'Delete';
  readonly resource: Resource;
  readonly properties: JsonObject;
  /** Of an earlier answer; needed to delete. */
  readonly physicalId?: string;
  readonly stackId: string;
  invoke(payload: string): Promise<InvocationOutcome>;
}

/** What became of it: its name, or why it failed. */
export type CustomResourceResult =
  | { readonly kind: 'done'; readonly name: PhysicalName }
  | { readonly kind: 'failed'; readonly reason: string };

/** See this file's head. */
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

  /** Opens the place that functions answer to. */
  static async open(): Promise<CustomResources> {
    const opened = new CustomResources();
    await new Promise<void>((resolve) => opened.#server.listen(0, '127.0.0.1', resolve));
    return opened;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** Asks a custom resource, and waits for its answer. */
  async ask(call: CustomResourceCall): Promise<CustomResourceResult> {
    const requestId = randomUUID();
    const answered = new Promise<JsonObject>((resolve) => this.#waiting.set(requestId, resolve));
    try {
      const outcome = await call.invoke(JSON.stringify(this.#requestOf(call, requestId)));
      if (outcome.kind !== 'answered') return failed(whyFailed(outcome));
      // It is frozen now: an answer that has not come will not come.
      const nothing = new Promise<null>((resolve) => setTimeout(() => resolve(null), graceMs));
      const answer = await Promise.race([answered, nothing]);
      return answer === null
        ? failed('it ended without an answer to its ResponseURL')
        : read(answer);
    } finally {
      this.#waiting.delete(requestId);
    }
  }

  #requestOf({ type, resource, properties, physicalId, stackId }: CustomResourceCall, id: string) {
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

/** How long an answer that is on its way may take, in milliseconds. */
const graceMs = 1_000;

function whyFailed(outcome: InvocationOutcome): string {
  if (outcome.kind === 'failed') return `${outcome.error.errorType}: ${outcome.error.errorMessage}`;
  return 'its function was throttled';
}

function read({ Status, Reason, PhysicalResourceId, Data }: JsonObject): CustomResourceResult {
  if (Status !== 'SUCCESS') return failed(String(Reason ?? 'it gave no reason'));
  if (typeof PhysicalResourceId !== 'string' || PhysicalResourceId === '') {
    return failed('its answer has no PhysicalResourceId');
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

function failed(reason: string): CustomResourceResult {
  return { kind: 'failed', reason };
}
