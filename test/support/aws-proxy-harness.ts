/** An AWS proxy before servers of SQS and S3, with one caller, `worker`, that has a role. */
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { onTestFinished } from 'vitest';
import type { Json } from '../../lib/asl/json/json.ts';
import { AwsProxy } from '../../rehearsal/aws-proxy/aws-proxy.ts';
import type { ServiceBackend } from '../../rehearsal/aws-proxy/aws-proxy-context.ts';
import type { ProxiedCall } from '../../rehearsal/aws-proxy/proxied-call.ts';
import { AccessModel } from '../../rehearsal/iam/access-model.ts';
import { Resolution } from '../../rehearsal/template/resolution.ts';
import { roleArn } from './access.ts';
import { loadStack, type TestTemplate } from './assembly.ts';

export interface AwsProxyHarnessOptions {
  /** What the worker's role is allowed. */
  readonly statements: readonly Json[];
  /** Other resources of the stack. */
  readonly resources?: TestTemplate;
  readonly backends?: Readonly<Record<string, ServiceBackend>>;
}

export interface AwsProxyHarness {
  readonly proxy: AwsProxy;
  readonly servers: FauxqsServer;
  readonly access: AccessModel;
  /** The configuration of an SDK client of the worker. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
  /** Resolves with the next call that has ended. */
  nextCall(): Promise<ProxiedCall>;
}

/** Starts the servers and the proxy; they are closed after the test. */
export async function openAwsProxy(options: AwsProxyHarnessOptions): Promise<AwsProxyHarness> {
  const proxy = await AwsProxy.listen();
  const servers = await startFauxqs({ port: 0, logger: false });
  onTestFinished(async () => {
    await proxy.close();
    await servers.stop();
  });
  const role = {
    Type: 'AWS::IAM::Role',
    Properties: {
      RoleName: 'worker',
      AssumeRolePolicyDocument: { Statement: [] },
      Policies: [{ PolicyDocument: { Statement: options.statements } }],
    },
  };
  const assembly = await loadStack({ Worker: role, ...options.resources });
  const access = new AccessModel(new Resolution(assembly, { endpoint: proxy.url }));
  const address = `http://127.0.0.1:${servers.port}`;
  proxy.open({ access, backends: { sqs: address, s3: address, ...options.backends } });
  const principal = { kind: 'role', roleArn, session: 'worker' } as const;
  proxy.admit('WORKER', { name: 'worker', principal });
  const credentials = { accessKeyId: 'WORKER', secretAccessKey: 'secret' };
  return {
    proxy,
    servers,
    access,
    client: { endpoint: proxy.url, region: 'us-east-1', credentials, maxAttempts: 1 },
    nextCall: () =>
      new Promise((resolve) => {
        const end = proxy.onCall((call) => {
          end();
          resolve(call);
        });
      }),
  };
}
