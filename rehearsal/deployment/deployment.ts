/**
 * What is deployed here: the servers, the gate before them, the functions and what calls them.
 * Resources are created in CloudFormation's order and destroyed in the reverse; no process is left.
 */
import { randomUUID } from 'node:crypto';
import type { JsonObject } from '../../lib/asl/json/json.ts';
import { messageOf } from '../../lib/errors.ts';
import type { Clock } from '../../lib/ports/clock.ts';
import type { Gate } from '../aws-proxy/gate.ts';
import { type DeployedFunction, deployedFunctions } from '../checks/deployed-functions.ts';
import { AccessModel } from '../iam/access-model.ts';
import type { Principal } from '../iam/principal.ts';
import type { Statement } from '../iam/statement.ts';
import { FunctionLogs } from '../runtime/function-logs.ts';
import { LambdaFunction } from '../runtime/lambda-function.ts';
import { nodeFor } from '../runtime/runtime-node.ts';
import { callSqs, type GateClientOptions, type ServiceAnswer } from '../sources/gate-client.ts';
import type { QueuePoller } from '../sources/queue-poller.ts';
import type { Assembly } from '../template/assembly.ts';
import { creationOrder } from '../template/creation-order.ts';
import { Resolution } from '../template/resolution.ts';
import { type Backends, startBackends } from './backends.ts';
import { createCustomResource, creators, isCustomResource } from './create-resource.ts';
import { CustomResources } from './custom-resources.ts';
import { Evidence } from './evidence.ts';
import { recordCall } from './record-call.ts';
import { RunningFunction } from './running-function.ts';
import { Services } from './services.ts';
import type { Troubles } from './troubles.ts';

/** How it is deployed. */
export interface DeploymentOptions {
  readonly clock: Clock;
  /** The PostgreSQL to use; null: one of its own. */
  readonly postgresUrl: string | null;
  /** What a call of the Data API takes beside its own time, in milliseconds. */
  readonly latencyMs: number;
  /** Processes of one function at once. */
  readonly processesMax: number;
  /** How much faster than on AWS the minutes of a schedule's rate go by. */
  readonly speed: number;
  /** Texts that no log line may hold. */
  readonly secrets: readonly string[];
}

interface DeploymentDeps {
  readonly resolution: Resolution;
  readonly access: AccessModel;
  readonly gate: Gate;
  readonly troubles: Troubles;
  readonly backends: Backends;
  readonly services: Services;
  readonly customResources: CustomResources;
  readonly options: DeploymentOptions;
}

/** See this file's head. */
export class Deployment {
  readonly resolution: Resolution;
  readonly access: AccessModel;
  readonly gate: Gate;
  readonly backends: Backends;
  readonly services: Services;
  readonly customResources: CustomResources;
  readonly clock: Clock;
  readonly processesMax: number;
  /** In whose name people and CloudFormation act: an administrator of the account. */
  readonly operator: GateClientOptions;
  readonly logs: FunctionLogs;
  readonly evidence = new Evidence();
  readonly troubles: Troubles;
  /** By ARN. */
  readonly functions = new Map<string, RunningFunction>();
  /** By the id of the mapping. */
  readonly pollers = new Map<string, QueuePoller>();
  /** Buckets whose new objects are events on the default bus. */
  readonly notifyingBuckets = new Set<string>();
  /** What the rehearsal did in the place of the CDK's own functions. */
  readonly standIns = new Set<string>();
  /** Statements of policies that allowed something. */
  readonly usedStatements = new Set<Statement>();
  readonly #keys = new Map<string, string>();
  readonly #endings: (() => Promise<void>)[] = [];
  readonly #byArn = new Map<string, string | null>();

  private constructor(parts: DeploymentDeps) {
    this.resolution = parts.resolution;
    this.access = parts.access;
    this.gate = parts.gate;
    this.backends = parts.backends;
    this.services = parts.services;
    this.customResources = parts.customResources;
    this.clock = parts.options.clock;
    this.processesMax = parts.options.processesMax;
    this.troubles = parts.troubles;
    this.logs = new FunctionLogs(parts.options.secrets);
    this.operator = this.#clientOf('operator', {
      kind: 'administrator',
      account: this.resolution.place.account,
    });
  }

  /** Opens everything that the resources need; none of them is created yet. */
  static async open(
    assembly: Assembly,
    gate: Gate,
    troubles: Troubles,
    options: DeploymentOptions,
  ): Promise<Deployment> {
    const resolution = new Resolution(assembly, { endpoint: gate.url });
    const access = new AccessModel(resolution);
    const backends = await startBackends(resolution, options);
    const services = new Services(resolution, access, options);
    const customResources = await CustomResources.open();
    const parts = {
      resolution,
      access,
      gate,
      troubles,
      backends,
      services,
      customResources,
      options,
    };
    const deployment = new Deployment(parts);
    const queues = `http://127.0.0.1:${backends.queues.port}`;
    gate.open({
      access,
      backends: {
        sqs: queues,
        s3: queues,
        ...(backends.database !== null && { 'rds-data': backends.database.url }),
        ...services.backends,
      },
    });
    gate.onCall((call) => recordCall(deployment, call));
    services.connect(deployment);
    for (const each of deployedFunctions(resolution)) deployment.#addFunction(each);
    return deployment;
  }

  /** Creates every resource; throws at the first that cannot be. */
  async create(): Promise<void> {
    for (const resource of creationOrder(this.resolution.assembly)) {
      if (!this.resolution.isDeployed(resource)) continue;
      const properties = this.resolution.propertiesOf(resource);
      const create = creators.get(resource.type);
      if (create !== undefined) await create(this, resource, properties);
      else if (isCustomResource(resource)) await createCustomResource(this, resource, properties);
    }
  }

  /** Does `end` when everything is taken down, before what was there first. */
  onDestroy(end: () => Promise<void>): void {
    this.#endings.push(end);
  }

  /** The id of the resource that an ARN names or lies in; undefined for nobody's. */
  resourceAt(arn: string): string | undefined {
    const known = this.#byArn.get(arn) ?? idOfArn(this.resolution, arn);
    this.#byArn.set(arn, known);
    return known ?? undefined;
  }

  /** Takes everything down; what a deployment has begun is ended, whatever state it is in. */
  async destroy(): Promise<void> {
    this.services.stop();
    await Promise.all([...this.pollers.values()].map((poller) => poller.stop()));
    for (const end of this.#endings.toReversed()) await this.#tell(end);
    // What still runs is ended: that it then fails is no trouble.
    await this.troubles.tolerating(['denied', 'function', 'source'], async () => {
      const all = [...this.functions.values()];
      await Promise.all(all.flatMap(({ lambda, events }) => [lambda.stop(), events.stop()]));
    });
    this.customResources.close();
    await this.gate.close();
    await this.backends.close();
  }

  /** A resource that is not deleted keeps nothing else from being. */
  async #tell(end: () => Promise<void>): Promise<void> {
    try {
      await end();
    } catch (error) {
      this.troubles.add({ kind: 'function', resource: 'destroy', sentence: messageOf(error) });
    }
  }

  /** Calls SQS in the name of a function's role, as Lambda does for a mapping. */
  callSqsFor(
    { resource, definition, roleArn }: DeployedFunction,
    action: string,
    request: JsonObject,
  ): Promise<ServiceAnswer> {
    const principal = { kind: 'role', roleArn, session: definition.name } as const;
    const client = this.#clientOf(`Lambda for ${resource.logicalId}`, principal);
    return callSqs(client, action, request);
  }

  #addFunction(deployed: DeployedFunction): void {
    const { definition, resource, roleArn } = deployed;
    const principal = { kind: 'role', roleArn, session: definition.name } as const;
    const { accessKeyId } = this.#clientOf(resource.logicalId, principal);
    const lambda = new LambdaFunction({
      definition,
      region: this.resolution.place.region,
      accessKeyId,
      endpoint: this.gate.url,
      node: nodeFor(definition.runtime),
      processesMax: this.processesMax,
      onLine: (line) => this.logs.take(definition.name, line),
    });
    const running = new RunningFunction({
      ...this,
      deployed,
      lambda,
      asyncConfig: this.#asyncConfigOf(definition.name),
      callSqs: (action, request) => this.callSqsFor(deployed, action, request),
      queueUrl: (arn) => this.queueUrl(arn),
    });
    this.functions.set(definition.arn, running);
  }

  /** The URL of the queue with this ARN. */
  queueUrl(arn: string): string {
    const queue = this.resolution.find('AWS::SQS::Queue', arn);
    return queue === undefined ? arn : this.resolution.nameOf(queue).ref;
  }

  #asyncConfigOf(functionName: string): JsonObject {
    const configs = this.resolution
      .ofType('AWS::Lambda::EventInvokeConfig')
      .map((config) => this.resolution.propertiesOf(config));
    return configs.find((config) => String(config.FunctionName).endsWith(functionName)) ?? {};
  }

  #clientOf(name: string, principal: Principal): GateClientOptions {
    const known = this.#keys.get(name);
    const accessKeyId =
      known ?? `KEY${randomUUID().replaceAll('-', '').slice(0, 17).toUpperCase()}`;
    if (known === undefined) this.gate.admit(accessKeyId, { name, principal });
    this.#keys.set(name, accessKeyId);
    const { region } = this.resolution.place;
    return { endpoint: this.gate.url, region, accessKeyId };
  }
}

/** Resources are called by their names and by what lies in them: an object of a bucket. */
function idOfArn(resolution: Resolution, arn: string): string | null {
  const named = arn.startsWith('arn:aws:s3:::') ? (arn.split('/')[0] ?? arn) : arn;
  const found = resolution.resources.find((resource) => {
    if (isCustomResource(resource)) return false;
    const { ref, attributes } = resolution.nameOf(resource);
    return ref === named || Object.values(attributes).includes(named);
  });
  return found?.id ?? null;
}
