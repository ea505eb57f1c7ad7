/**
 * What `cdk synth` wrote, read from its folder: the stacks, their resources, and the files that
 * they deploy. Nothing is resolved yet, and nothing but that folder is read.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { getOwn, isObject, type Json, type JsonObject } from '../../lib/asl/json/json.ts';
import { MillraceError, messageOf } from '../../lib/errors.ts';

/** A synthesised app, with the stacks of its stages. */
export interface Assembly {
  readonly folder: string;
  readonly stacks: readonly Stack[];
}

/** A stack, as CloudFormation is given it. */
export interface Stack {
  /** CloudFormation's name of it. */
  readonly name: string;
  readonly template: JsonObject;
  readonly resources: readonly Resource[];
  /** The names of the stacks that are deployed before it. */
  readonly after: readonly string[];
  readonly assets: readonly FileAsset[];
}

/** A resource of a template; its properties still hold intrinsic functions. */
export interface Resource {
  /** `STACK/LOGICAL_ID` */
  readonly id: string;
  readonly stack: string;
  readonly logicalId: string;
  readonly type: string;
  /** The construct that made it, as the CDK names it; the id where it says nothing. */
  readonly path: string;
  readonly properties: JsonObject;
  readonly dependsOn: readonly string[];
  readonly condition?: string;
  /** @default 'Delete' */
  readonly deletionPolicy: string;
}

/** A file or folder that a deployment uploads. */
export interface FileAsset {
  /** The last part of where a template finds it: `HASH.zip`. */
  readonly objectKey: string;
  /** Where it lies here. */
  readonly path: string;
  /** Whether a folder is zipped on its way. */
  readonly packaging: 'zip' | 'file';
}

/**
 * Reads the assembly in `folder`. Errors: `FILE_NOT_READABLE`, `MALFORMED_DOCUMENT`, and
 * `INVALID_CONFIGURATION` for what a rehearsal cannot deploy.
 */
export async function loadAssembly(folder: string): Promise<Assembly> {
  return { folder, stacks: await loadStacks(folder) };
}

/** The resource of this stack and logical id, if there is one. */
export function findResource(
  { stacks }: Assembly,
  stack: string,
  logicalId: string,
): Resource | undefined {
  return stacks
    .find(({ name }) => name === stack)
    ?.resources.find((resource) => resource.logicalId === logicalId);
}

async function loadStacks(folder: string): Promise<Stack[]> {
  const artifacts = objectAt(await readJson(join(folder, 'manifest.json')), 'artifacts');
  const stackName = (id: string) =>
    textAt(objectAt(objectAt(artifacts, id), 'properties'), 'stackName') ?? id;
  const loaded = Object.keys(artifacts).map(async (id): Promise<Stack[]> => {
    const artifact = objectAt(artifacts, id);
    const properties = objectAt(artifact, 'properties');
    switch (artifact.type) {
      case 'cdk:cloud-assembly':
        return loadStacks(join(folder, textAt(properties, 'directoryName') ?? id));
      case 'aws:cloudformation:stack': {
        const dependencies = textsAt(artifact, 'dependencies');
        const kinds = (type: string) =>
          dependencies.filter((each) => objectAt(artifacts, each).type === type);
        const file = join(folder, textAt(properties, 'templateFile') ?? `${id}.template.json`);
        const assets = kinds('cdk:asset-manifest').map((each) =>
          loadAssets(folder, textAt(objectAt(objectAt(artifacts, each), 'properties'), 'file')),
        );
        const template = await readJson(file);
        const paths = await loadPaths(folder, artifact);
        return [
          {
            name: stackName(id),
            template,
            resources: resourcesOf(stackName(id), template, paths),
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
  const files = objectAt(await readJson(join(folder, file)), 'files');
  return Object.keys(files).flatMap((hash) => {
    const source = objectAt(objectAt(files, hash), 'source');
    const path = textAt(source, 'path');
    if (path === undefined) return [];
    const destinations = objectAt(objectAt(files, hash), 'destinations');
    const keys = Object.keys(destinations).map((each) =>
      textAt(objectAt(destinations, each), 'objectKey'),
    );
    const packaging = source.packaging === 'zip' ? 'zip' : 'file';
    return [...new Set(keys)]
      .filter((key) => key !== undefined)
      .map((objectKey) => ({ objectKey, path: join(folder, path), packaging }));
  });
}

/** The constructs' paths by logical id; the CDK keeps them in a file beside the template. */
async function loadPaths(folder: string, artifact: JsonObject): Promise<Map<string, string>> {
  const file = textAt(artifact, 'additionalMetadataFile');
  const metadata =
    file === undefined ? objectAt(artifact, 'metadata') : await readJson(join(folder, file));
  const entries = Object.entries(metadata).flatMap(([path, facts]) =>
    (Array.isArray(facts) ? facts : [])
      .filter((fact) => isObject(fact) && fact.type === 'aws:cdk:logicalId')
      .map((fact) => [String(isObject(fact) ? fact.data : ''), path.slice(1)] as const),
  );
  return new Map(entries);
}

function resourcesOf(
  stack: string,
  template: JsonObject,
  paths: ReadonlyMap<string, string>,
): Resource[] {
  const resources = objectAt(template, 'Resources');
  return Object.keys(resources).map((logicalId) => {
    const resource = objectAt(resources, logicalId);
    const type = textAt(resource, 'Type') ?? '';
    if (type === 'AWS::CloudFormation::Stack') throw nestedStack(stack, logicalId);
    const condition = textAt(resource, 'Condition');
    return {
      id: `${stack}/${logicalId}`,
      stack,
      logicalId,
      type,
      path: paths.get(logicalId) ?? `${stack}/${logicalId}`,
      properties: objectAt(resource, 'Properties'),
      dependsOn: textsAt(resource, 'DependsOn'),
      deletionPolicy: textAt(resource, 'DeletionPolicy') ?? 'Delete',
      ...(condition === undefined ? {} : { condition }),
    };
  });
}

function nestedStack(stack: string, logicalId: string): MillraceError {
  return new MillraceError(
    'INVALID_CONFIGURATION',
    `${stack}/${logicalId} is a nested stack, which a rehearsal cannot deploy: make it a Stack of the app`,
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
      `cannot read ${file}: ${messageOf(cause)}; run \`cdk synth\`, or name its output folder`,
      { cause, fields: { file } },
    );
  }
  const found = parse(text, file);
  if (isObject(found)) return found;
  throw malformed(file, 'it holds no JSON object');
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
    `${file} is not what \`cdk synth\` writes: ${reason}; synthesise again`,
    { cause, fields: { file } },
  );
}

function objectAt(parent: JsonObject, key: string): JsonObject {
  const value = getOwn(parent, key);
  return isObject(value) ? value : {};
}

function textAt(parent: JsonObject, key: string): string | undefined {
  const value = getOwn(parent, key);
  return typeof value === 'string' ? value : undefined;
}

function textsAt(parent: JsonObject, key: string): string[] {
  const value = getOwn(parent, key);
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
