/** Finds the functions of an assembly that can run here, with the assets that hold their code. */
import { isObject, type JsonObject } from '../../lib/asl/json/json.ts';
import { type FunctionDefinition, readFunctionDefinition } from '../runtime/function-definition.ts';
import type { FileAsset, Resource } from '../template/assembly.ts';
import type { Resolution } from '../template/resolution.ts';

/** A function of a template. */
export interface DeployedFunction {
  readonly resource: Resource;
  readonly definition: FunctionDefinition;
  /** The role that its calls are made with. */
  readonly roleArn: string;
  /** Whether it sends traces to X-Ray. */
  readonly isTraced: boolean;
}

/** Finds every function that runs on Node.js and whose code is an asset of the assembly. */
export function findDeployedFunctions(resolution: Resolution): DeployedFunction[] {
  return resolution.ofType('AWS::Lambda::Function').flatMap((resource) => {
    const properties = resolution.propertiesOf(resource);
    const asset = findCodeAsset(resolution, resource, properties);
    if (asset === undefined || !String(properties.Runtime).startsWith('nodejs')) return [];
    const { ref, attributes } = resolution.nameOf(resource);
    const identity = { name: ref, arn: attributes.Arn ?? '', taskRoot: asset.path };
    const { TracingConfig } = properties;
    return [
      {
        resource,
        definition: readFunctionDefinition(properties, identity),
        roleArn: String(properties.Role),
        isTraced: isObject(TracingConfig) && TracingConfig.Mode === 'Active',
      },
    ];
  });
}

function findCodeAsset(
  { assembly }: Resolution,
  { stack }: Resource,
  { Code }: JsonObject,
): FileAsset | undefined {
  const key = isObject(Code) ? Code.S3Key : undefined;
  const { assets = [] } = assembly.stacks.find(({ name }) => name === stack) ?? {};
  return assets.find(({ objectKey }) => objectKey === key);
}
