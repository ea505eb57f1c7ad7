import type { LoadedModule } from './sdk-loader.ts';

/**
 * Reads which strings the members of a service's structures can be. The models in the clients omit
 * that; their type declarations name the enumeration of each member, and the clients export it.
 */
export class SdkEnums {
  readonly #declarations: string;
  readonly #module: LoadedModule;

  /** @param declarations TypeScript declarations of the client's structures */
  constructor(declarations: string, module: LoadedModule) {
    this.#declarations = declarations;
    this.#module = module;
  }

  /**
   * Returns the strings that a member, or each element of it, can be; undefined if any string is.
   */
  findValues(structure: string, member: string): readonly string[] | undefined {
    const type = new RegExp(`^    ${member}\\??: (\\w+)(?:\\[\\])?(?: \\| undefined)?;`, 'm').exec(
      this.#findBody(structure),
    )?.[1];
    const values = type === undefined ? undefined : this.#module[type];
    if (typeof values !== 'object' || values === null) return undefined;
    return Object.values(values).filter((value) => typeof value === 'string');
  }

  #findBody(structure: string): string {
    const start = this.#declarations.indexOf(`\nexport interface ${structure} {\n`);
    if (start < 0) return '';
    return this.#declarations.slice(start, this.#declarations.indexOf('\n}\n', start));
  }
}
