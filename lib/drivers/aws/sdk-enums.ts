/**
 * Which texts the members of a service's structures can be. The models in the clients leave that
 * out; their type declarations name the enumeration of each member, and the clients export it.
 */
import type { LoadedModule } from './sdk-loader.ts';

/** See this file's head. */
export class SdkEnums {
  readonly #declarations: string;
  readonly #module: LoadedModule;

  /** `declarations`: those of the client's structures, as TypeScript. */
  constructor(declarations: string, module: LoadedModule) {
    this.#declarations = declarations;
    this.#module = module;
  }

  /** The texts that a member, or each element of it, can be; undefined when any will do. */
  valuesOf(structure: string, member: string): readonly string[] | undefined {
    const type = new RegExp(`^    ${member}\\??: (\\w+)(?:\\[\\])?(?: \\| undefined)?;`, 'm').exec(
      this.#bodyOf(structure),
    )?.[1];
    const values = type === undefined ? undefined : this.#module[type];
    if (typeof values !== 'object' || values === null) return undefined;
    return Object.values(values).filter((value) => typeof value === 'string');
  }

  #bodyOf(structure: string): string {
    const start = this.#declarations.indexOf(`\nexport interface ${structure} {\n`);
    if (start < 0) return '';
    return this.#declarations.slice(start, this.#declarations.indexOf('\n}\n', start));
  }
}
