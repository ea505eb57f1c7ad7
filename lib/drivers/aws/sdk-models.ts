/**
 * What AWS's services answer, read from the models in the clients of its SDK. They tell kinds,
 * required members and enumerations; lengths and ranges they leave out.
 */

import type { IntegrationName } from '../../engine/task/integration-name.ts';
import { MillraceError } from '../../errors.ts';
import type { ApiShape, ServiceModels } from '../../ports/service-models.ts';
import { isLambdaInvoke, optimizedName, sdkService, serviceOf } from './integrations.ts';
import { pascalName } from './java-names.ts';
import { SdkEnums } from './sdk-enums.ts';
import { SdkLoader } from './sdk-loader.ts';
import type { Shape } from './sdk-shapes.ts';
import { clientPackage } from './service-packages.ts';

export class SdkModels implements ServiceModels {
  readonly #loader: SdkLoader;

  /** `folder`: the app's own, where its packages of the SDK are looked for first. */
  constructor(folder: string) {
    this.#loader = new SdkLoader(folder);
  }

  async answerOf(named: IntegrationName): Promise<ApiShape | undefined> {
    const service = named.service === 'states' ? 'sfn' : serviceOf(named);
    if (service === null) return undefined;
    const model = await this.#model(service, named.action);
    const nameOf = sdkService(named.service) === null ? optimizedName : pascalName;
    const shape =
      model === undefined
        ? undefined
        : shapeOf(model, { nameOf, enums: await this.#enums(service) });
    if (shape?.type !== 'structure' || !isLambdaInvoke(named)) return shape;
    // a function's answer is shown as the document that it is, not as the API's bytes
    return { ...shape, members: new Map(shape.members).set('Payload', () => anything) };
  }

  async #enums(service: string): Promise<SdkEnums> {
    const name = clientPackage(service);
    return new SdkEnums(await this.#loader.declarations(name), await this.#loader.load(name));
  }

  /** The model of an operation's answer. */
  async #model(service: string, action: string): Promise<ModelShape | undefined> {
    const name = clientPackage(service);
    const missing = this.#loader.missing(name);
    if (missing !== null) {
      const message = `a mock of ${service}:${action} cannot be checked: ${missing}, or set fieldValidationMode NONE`;
      throw new MillraceError('INVALID_CONFIGURATION', message, { fields: { package: name } });
    }
    const module = await this.#loader.load(name);
    const wanted = `${action}$`.toLowerCase();
    const operation = Object.entries(module).find(([key]) => key.toLowerCase() === wanted)?.[1];
    if (!Array.isArray(operation)) return undefined;
    const { NormalizedSchema } = this.#loader.dependency(name, '@smithy/core/schema');
    const { of } = NormalizedSchema as { of(schema: unknown): ModelShape };
    return of(operation[5]);
  }
}

/** What the reading of a model depends on. */
interface Reading {
  readonly nameOf: (member: string) => string;
  readonly enums: SdkEnums;
}

/** A shape of a model, with the questions that calls do not ask. */
interface ModelShape extends Shape {
  isBooleanSchema(): boolean;
  isNumericSchema(): boolean;
  isBigIntegerSchema(): boolean;
  isBigDecimalSchema(): boolean;
  /** `[kind, namespace, name, traits, members, shapes, how many of them are required]`. */
  getSchema(): unknown;
  getValueSchema(): ModelShape;
  structIterator(): Iterable<readonly [string, ModelShape]>;
}

const anything: ApiShape = Object.freeze({ type: 'any' });
const anyText: ApiShape = Object.freeze({ type: 'string' });

function shapeOf(model: ModelShape, reading: Reading, values?: readonly string[]): ApiShape {
  if (model.isStructSchema()) return structureOf(model, reading);
  const item = () => shapeOf(model.getValueSchema(), reading, values);
  if (model.isListSchema()) return { type: 'list', item };
  if (model.isMapSchema()) return { type: 'map', item };
  if (model.isBooleanSchema()) return { type: 'boolean' };
  if (isNumber(model)) return { type: 'number' };
  if (model.isStringSchema()) return values === undefined ? anyText : { type: 'string', values };
  // in a state, bytes and instants are texts
  return model.isBlobSchema() || model.isTimestampSchema() ? anyText : anything;
}

function isNumber(model: ModelShape): boolean {
  return model.isNumericSchema() || model.isBigIntegerSchema() || model.isBigDecimalSchema();
}

/** The required members come first. */
function structureOf(model: ModelShape, reading: Reading): ApiShape {
  const schema = model.getSchema();
  const name = Array.isArray(schema) ? String(schema[2]) : '';
  const members = [...model.structIterator()].map(([member, inner]) => {
    const values = () => reading.enums.valuesOf(name, member);
    return [reading.nameOf(member), () => shapeOf(inner, reading, values())] as const;
  });
  const count = Array.isArray(schema) && typeof schema[6] === 'number' ? schema[6] : 0;
  const required = members.slice(0, count).map(([name]) => name);
  return { type: 'structure', members: new Map(members), required };
}
