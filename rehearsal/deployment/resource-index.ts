import { isCustomResource } from '../template/assembly.ts';
import type { Resolution } from '../template/resolution.ts';

/** Finds the resource that an ARN belongs to. */
export class ResourceIndex {
  readonly #resolution: Resolution;
  readonly #idByArn = new Map<string, string>();

  constructor(resolution: Resolution) {
    this.#resolution = resolution;
  }

  /**
   * Returns the id of the resource with this ARN, or of the bucket that holds the object with this
   * ARN; undefined when no stack has one.
   */
  findId(arn: string): string | undefined {
    const id = this.#idByArn.get(arn) ?? this.#search(arn);
    if (id !== undefined) this.#idByArn.set(arn, id);
    return id;
  }

  #search(arn: string): string | undefined {
    const named = arn.startsWith('arn:aws:s3:::') ? (arn.split('/')[0] ?? arn) : arn;
    const found = this.#resolution.resources.find((resource) => {
      if (isCustomResource(resource)) return false;
      const { ref, attributes } = this.#resolution.nameOf(resource);
      return ref === named || Object.values(attributes).includes(named);
    });
    return found?.id;
  }
}
