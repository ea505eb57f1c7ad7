/** A gate before real servers of SQS and S3, with one caller, `worker`, of a role of a template. */
import { type FauxqsServer, startFauxqs } from 'fauxqs';
import { onTestFinished } from 'vitest';
import type { Json } from '../../lib/asl/json/json.ts';
import { type Backend, Gate } from '../../rehearsal/aws-proxy/gate.ts';
import type { GateCall } from '../../rehearsal/aws-proxy/gate-call.ts';
import { AccessModel } from '../../rehearsal/iam/access-model.ts';
import { Resolution } from '../../rehearsal/template/resolution.ts';
import { roleArn } from './access.ts';
import { stackOf, type TestTemplate } from './assembly.ts';

export interface AwsProxyHarnessOptions {
  /** What the worker's role is allowed. */
  readonly statements: readonly Json[];
  /** Other resources of the stack. */
  readonly resources?: TestTemplate;
  readonly backends?: Readonly<Record<string, Backend>>;
}

export interface TestGate {
  readonly gate: Gate;
  readonly servers: FauxqsServer;
  readonly access: AccessModel;
  /** How an SDK client of the worker is set up. */
  readonly client: {
    readonly endpoint: string;
    readonly region: string;
    readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string };
    readonly maxAttempts: number;
  };
  /** The next call that is over. */
  nextCall(): Promise<GateCall>;
}

/** Starts servers and gate; they end with the test. */
export async function openGate(options: AwsProxyHarnessOptions): Promise<TestGate> {
  const gate = await Gate.listen();
  const servers = await startFauxqs({ port: 0, logger: false });
  onTestFinished(async () => {
    await gate.close();
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
  const assembly = await stackOf({ Worker: role, ...options.resources });
  const access = new AccessModel(new Resolution(assembly, { endpoint: gate.url }));
  const address = `http://127.0.0.1:${servers.port}`;
  gate.open({ access, backends: { sqs: address, s3: address, ...options.backends } });
  const principal = { kind: 'role', roleArn, session: 'worker' } as const;
  gate.admit('WORKER', { name: 'worker', principal });
  const credentials = { accessKeyId: 'WORKER', secretAccessKey: 'secret' };
  return {
    gate,
    servers,
    access,
    client: { endpoint: gate.url, region: 'us-east-1', credentials, maxAttempts: 1 },
    nextCall: () =>
      new Promise((resolve) => {
        const end = gate.onCall((call) => {
          end();
          resolve(call);
        });
      }),
  };
}
