import { createHash } from 'node:crypto';
import { getObject } from '../aws-proxy/proxy-client.ts';
import type { Deployment } from '../deployment/deployment.ts';
import type { RunningFunction } from '../deployment/running-function.ts';
import type { Principal } from '../iam/principal.ts';
import type { Resource } from '../template/assembly.ts';
import { type Behavior, matchesPathPattern, readBehaviors } from './distribution.ts';
import { type EdgeRequest, runEdgeFunction } from './edge-function.ts';
import { callUrl } from './url-call.ts';

/** A request of a browser to a distribution. */
export interface ViewerRequest {
  readonly method: string;
  /** The path with its query. */
  readonly target: string;
  /** By name in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The answer of a distribution. */
export interface ViewerResponse {
  readonly status: number;
  /** By name in lower case, without cookies. */
  readonly headers: Readonly<Record<string, string>>;
  /** The values of `set-cookie`. */
  readonly setCookies: readonly string[];
  readonly body: string;
}

/** What IAM knows of a request to a Function URL. */
const signedContext = {
  'lambda:FunctionUrlAuthType': 'AWS_IAM',
  'lambda:InvokedViaFunctionUrl': 'true',
} as const;

/** The actions that an invocation by a Function URL needs. */
const urlActions = ['lambda:InvokeFunctionUrl', 'lambda:InvokeFunction'];

/**
 * A distribution of CloudFront as far as a rehearsal can show it: behaviors, functions, the access
 * to its origins as their policies allow it, and the headers of answers. It caches nothing.
 */
export class CloudFront {
  readonly #deployment: Deployment;
  readonly #resource: Resource;
  readonly #behaviors: readonly Behavior[];

  constructor(deployment: Deployment, distribution: Resource) {
    this.#deployment = deployment;
    this.#resource = distribution;
    this.#behaviors = readBehaviors(deployment.resolution, distribution);
  }

  /** Finds the distribution of the templates; undefined when there is none. */
  static find(deployment: Deployment): CloudFront | undefined {
    const [found] = deployment.resolution.ofType('AWS::CloudFront::Distribution');
    return found === undefined ? undefined : new CloudFront(deployment, found);
  }

  /** The name by which browsers know it. */
  get host(): string {
    const { DistributionConfig: config } = this.#deployment.resolution.propertiesOf(this.#resource);
    const { Aliases: aliases } = config as { readonly Aliases?: readonly string[] };
    const { DomainName = '' } = this.#deployment.resolution.nameOf(this.#resource).attributes;
    return aliases?.[0] ?? DomainName;
  }

  /** Answers a request. */
  async request(viewer: ViewerRequest): Promise<ViewerResponse> {
    const { target, method } = viewer;
    const question = target.indexOf('?');
    const path = question === -1 ? target : target.slice(0, question);
    const query = question === -1 ? '' : target.slice(question + 1);
    const behavior = this.#behaviors.find(({ pattern }) => matchesPathPattern(pattern, path));
    if (behavior?.methods.includes(method) !== true)
      return refusal('CloudFront has no such method');
    const headers = { ...viewer.headers, host: this.host };
    const edge: EdgeRequest = { method, uri: path, headers };
    const { onRequest, pattern } = behavior;
    const request = onRequest === null ? edge : runEdgeFunction(onRequest.code, edge);
    const { coverage } = this.#deployment;
    coverage.record(this.#resource.id, `answered from ${pattern}`);
    if (onRequest !== null) coverage.record(onRequest.id, 'changed requests');
    const answer = await this.#askOrigin(behavior, { ...viewer, ...request }, query);
    return { ...answer, headers: { ...answer.headers, ...behavior.headers } };
  }

  #askOrigin(
    behavior: Behavior,
    request: ViewerRequest & EdgeRequest,
    query: string,
  ): Promise<ViewerResponse> {
    const bucket = this.#findBucket(behavior.origin);
    if (bucket !== undefined) return this.#getFile(behavior, bucket, request);
    const server = this.#findFunction(behavior.origin);
    if (server === undefined) throw new Error(`no stack has the origin ${behavior.origin}`);
    return this.#invoke(behavior, server, request, query);
  }

  async #getFile(
    { isSigned }: Behavior,
    bucket: Resource,
    { uri }: EdgeRequest,
  ): Promise<ViewerResponse> {
    const { resolution, operator } = this.#deployment;
    const { ref, attributes } = resolution.nameOf(bucket);
    if (!this.#mayUse('s3:GetObject', `${attributes.Arn}${uri}`, isSigned)) {
      return refusal(`${bucket.id} does not let the distribution read ${uri}`);
    }
    const response = await getObject(operator, ref, uri.slice(1));
    // Without s3:ListBucket no one learns that an object does not exist.
    if (!response.ok) return refusal(`there is no ${uri}`);
    const type = response.headers.get('content-type') ?? '';
    const body = await response.text();
    return { status: 200, headers: { 'content-type': type }, setCookies: [], body };
  }

  #findBucket(domain: string): Resource | undefined {
    const { resolution } = this.#deployment;
    return resolution
      .ofType('AWS::S3::Bucket')
      .find((each) => resolution.nameOf(each).attributes.RegionalDomainName === domain);
  }

  #findFunction(domain: string): RunningFunction | undefined {
    const { resolution, functions } = this.#deployment;
    for (const url of resolution.ofType('AWS::Lambda::Url')) {
      const { FunctionUrl = '', FunctionArn = '' } = resolution.nameOf(url).attributes;
      if (FunctionUrl !== `https://${domain}/`) continue;
      this.#deployment.coverage.record(url.id, 'called by the distribution');
      return functions.get(FunctionArn);
    }
    return undefined;
  }

  async #invoke(
    { isSigned, origin }: Behavior,
    server: RunningFunction,
    request: ViewerRequest & EdgeRequest,
    query: string,
  ): Promise<ViewerResponse> {
    const { arn } = server.deployed.definition;
    if (!urlActions.every((action) => this.#mayUse(action, arn, isSigned))) {
      return refusal(`${server.id} does not let the distribution call it`);
    }
    // The signature covers the body by this header, which the browser has to bring.
    const digest = createHash('sha256')
      .update(request.body ?? '')
      .digest('hex');
    if (request.body !== undefined && request.headers['x-amz-content-sha256'] !== digest) {
      return refusal('the signature does not match: x-amz-content-sha256 is not that of the body');
    }
    return await callUrl(server, { ...request, origin, query }, this.#deployment);
  }

  /**
   * Returns the first origin that lets a principal through; null when none does.
   * @param sourceArn the distribution that the principal says it comes from
   */
  findOpenOrigin(principal: Principal, sourceArn: string): string | null {
    const { access, resolution } = this.#deployment;
    const context = { ...signedContext, 'aws:SourceArn': sourceArn };
    const mayAll = (actions: readonly string[], resource: string) =>
      actions.every((action) => access.decide({ principal, action, resource, context }).allowed);
    for (const { origin } of this.#behaviors) {
      const bucket = this.#findBucket(origin);
      const arn = bucket && resolution.nameOf(bucket).attributes.Arn;
      const server = this.#findFunction(origin)?.deployed.definition.arn;
      const isOpen =
        (arn !== undefined && mayAll(['s3:GetObject'], `${arn}/index.html`)) ||
        (server !== undefined && mayAll(urlActions, server));
      if (isOpen) return origin;
    }
    return null;
  }

  #mayUse(action: string, resource: string, isSigned: boolean): boolean {
    const { access, usedStatements } = this.#deployment;
    const principal: Principal = isSigned
      ? { kind: 'service', service: 'cloudfront.amazonaws.com' }
      : { kind: 'anonymous' };
    const context = { ...signedContext, 'aws:SourceArn': this.arn };
    const decision = access.decide({ principal, action, resource, context });
    if (decision.allowed && decision.by !== undefined) usedStatements.add(decision.by);
    return decision.allowed;
  }

  /** The ARN that its requests are signed with. */
  get arn(): string {
    const { resolution } = this.#deployment;
    const { account } = resolution.environment;
    return `arn:aws:cloudfront::${account}:distribution/${resolution.nameOf(this.#resource).ref}`;
  }
}

function refusal(reason: string): ViewerResponse {
  return { status: 403, headers: { 'x-rehearsal-reason': reason }, setCookies: [], body: reason };
}
