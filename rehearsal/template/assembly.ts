import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getOwn, isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';
import { MillraceError, messageOf } from '../../lib/errors.ts';

/** What `cdk synth` wrote: the stacks of an app and of its stages. Nothing is resolved yet. */
export interface Assembly {
  readonly folder: string;
  readonly stacks: readonly Stack[];
}

/** A stack as CloudFormation receives it. */
export interface Stack {
  /** The name in CloudFormation. */
  readonly name: string;
  readonly template: JsonObject;
  readonly resources: readonly Resource[];
  /** The names of the stacks that are deployed before it. */
  readonly after: readonly string[];
  readonly assets: readonly FileAsset[];
}

/** A resource of a template; its properties still contain intrinsic functions. */
export interface Resource {
  /** `STACK/LOGICAL_ID` */
  readonly id: string;
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** The CDK's path of the construct that created it; the id if it is unknown. */
  readonly path: string;
  readonly properties: JsonObject;
  readonly dependsOn: readonly string[];
  readonly condition?: string;
  /** @default 'Delete' */
  readonly deletionPolicy: string;
  /** What happens to it when it is replaced. @default 'Delete' */
  readonly updateReplacePolicy: string;
  /** How an update of it is made. @default {} */
  readonly updatePolicy?: JsonObject;
}

/** A file or folder that a deployment uploads. */
export interface FileAsset {
  /** The key that templates refer to: `HASH.zip`. */
  readonly objectKey: string;
  /** The path on this machine. */
  readonly path: string;
  /** Whether a folder is zipped for the upload. */
  readonly packaging: 'zip' | 'file';
}

/**
 * Reads the assembly in a folder, and nothing else. Throws FILE_NOT_READABLE, MALFORMED_DOCUMENT,
 * and INVALID_CONFIGURATION for what a rehearsal cannot deploy.
 */
export async function loadAssembly(folder: string): Promise<Assembly> {
  return { folder, stacks: await loadStacks(folder) };
}

/** Finds a resource by stack and logical id. */
export function findResource(
  { stacks }: Assembly,
  stack: string,
  logicalId: string,
): Resource | undefined {
  return stacks
    .find(({ name }) => name === stack)
    ?.resources.find((resource) => resource.logicalId === logicalId);
}

/** Whether a function answers for the resource, by CloudFormation's protocol. */
export function isCustomResource({ type }: Resource): boolean {
  return type.startsWith('Custom::') || type === 'AWS::CloudFormation::CustomResource';
}

async function loadStacks(folder: string): Promise<Stack[]> {
  const artifacts = getObject(await readJson(join(folder, 'manifest.json')), 'artifacts');
  const stackName = (id: string) =>
    getText(getObject(getObject(artifacts, id), 'properties'), 'stackName') ?? id;
  const loaded = Object.keys(artifacts).map(async (id): Promise<Stack[]> => {
    const artifact = getObject(artifacts, id);
    const properties = getObject(artifact, 'properties');
    switch (artifact.type) {
      case 'cdk:cloud-assembly':
        return loadStacks(join(folder, getText(properties, 'directoryName') ?? id));
      case 'aws:cloudformation:stack': {
        const dependencies = getTexts(artifact, 'dependencies');
        const kinds = (type: string) =>
          dependencies.filter((each) => getObject(artifacts, each).type === type);
        const file = join(folder, getText(properties, 'templateFile') ?? `${id}.template.json`);
        const assets = kinds('cdk:asset-manifest').map((each) =>
          loadAssets(folder, getText(getObject(getObject(artifacts, each), 'properties'), 'file')),
        );
        const template = await readJson(file);
        const paths = await loadPaths(folder, artifact);
        return [
          {
            name: stackName(id),
            template,
            resources: readResources(stackName(id), template, paths),
            after: kinds('aws:cloudformation:stack').map(stackName),
            assets: (await Promise.all(assets)).flat(),
          },
        ];
      }
      default:
        return [];
    }
  });
  return (await Promise.all(loaded)).flat();
}

async function loadAssets(folder: string, file: string | undefined): Promise<FileAsset[]> {
  if (file === undefined) return [];
  const files = getObject(await readJson(join(folder, file)), 'files');
  return Object.keys(files).flatMap((hash) => {
    const source = getObject(getObject(files, hash), 'source');
    const path = getText(source, 'path');
    if (path === undefined) return [];
    const destinations = getObject(getObject(files, hash), 'destinations');
    const keys = Object.keys(destinations).map((each) =>
      getText(getObject(destinations, each), 'objectKey'),
    );
    const packaging = source.packaging === 'zip' ? 'zip' : 'file';
    return [...new Set(keys)]
      .filter((key) => key !== undefined)
      .map((objectKey) => ({ objectKey, path: join(folder, path), packaging }));
  });
}

/** Reads the constructs' paths by logical id; the CDK writes them to a file beside the template. */
async function loadPaths(folder: string, artifact: JsonObject): Promise<Map<string, string>> {
  const file = getText(artifact, 'additionalMetadataFile');
  const metadata =
    file === undefined ? getObject(artifact, 'metadata') : await readJson(join(folder, file));
  const entries = Object.entries(metadata).flatMap(([path, facts]) =>
    (Array.isArray(facts) ? facts : [])
      .filter((fact) => isObject(fact) && fact.type === 'aws:cdk:logicalId')
      .map((fact) => [String(isObject(fact) ? fact.data : ''), path.slice(1)] as const),
  );
  return new Map(entries);
}

function readResources(
  stack: string,
  template: JsonObject,
  paths: ReadonlyMap<string, string>,
): Resource[] {
  const resources = getObject(template, 'Resources');
  return Object.keys(resources).map((logicalId) => {
    const resource = getObject(resources, logicalId);
    const type = getText(resource, 'Type') ?? '';
    if (type === 'AWS::CloudFormation::Stack') throw nestedStack(stack, logicalId);
    const condition = getText(resource, 'Condition');
    return {
      id: `${stack}/${logicalId}`,
      stack,
      logicalId,
      type,
      path: paths.get(logicalId) ?? `${stack}/${logicalId}`,
      properties: getObject(resource, 'Properties'),
      dependsOn: getTexts(resource, 'DependsOn'),
      deletionPolicy: getText(resource, 'DeletionPolicy') ?? 'Delete',
      updateReplacePolicy: getText(resource, 'UpdateReplacePolicy') ?? 'Delete',
      ...(isObject(resource.UpdatePolicy) && { updatePolicy: resource.UpdatePolicy }),
      ...(condition === undefined ? {} : { condition }),
    };
  });
}

function nestedStack(stack: string, logicalId: string): MillraceError {
  return new MillraceError(
    'INVALID_CONFIGURATION',
    `${stack}/${logicalId} is a nested stack, which a rehearsal cannot deploy: make it a stack of the app`,
    { fields: { stack, logicalId } },
  );
}

async function readJson(file: string): Promise<JsonObject> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new MillraceError(
      'FILE_NOT_READABLE',
      `cannot read ${file}: ${messageOf(cause)}; run \`cdk synth\`, or pass its output folder`,
      { cause, fields: { file } },
    );
  }
  const found = parse(text, file);
  if (isObject(found)) return found;
  throw malformed(file, 'it is not a JSON object');
}

function parse(text: string, file: string): Json {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw malformed(file, messageOf(cause), cause);
  }
}

function malformed(file: string, reason: string, cause?: unknown): MillraceError {
  return new MillraceError(
    'MALFORMED_DOCUMENT',
    `${file} is not what \`cdk synth\` writes: ${reason}; synthesize again`,
    { cause, fields: { file } },
  );
}

function getObject(parent: JsonObject, key: string): JsonObject {
  const value = getOwn(parent, key);
  return isObject(value) ? value : {};
}

function getText(parent: JsonObject, key: string): string | undefined {
  const value = getOwn(parent, key);
  return typeof value === 'string' ? value : undefined;
}

function getTexts(parent: JsonObject, key: string): string[] {
  const value = getOwn(parent, key);
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
