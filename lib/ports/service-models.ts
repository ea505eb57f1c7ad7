import type { IntegrationName } from '../engine/task/integration-name.ts';

/**
 * The API models of AWS's services: what their responses can contain. Used to check mocked
 * responses.
 */
export interface ServiceModels {
  /**
   * Returns the response of an integration's operation, its fields named as Step Functions names
   * them; undefined when no model is known. Throws INVALID_CONFIGURATION when the package with the
   * models is not installed.
   */
  findResponse(integration: IntegrationName): Promise<ApiShape | undefined>;
}

/** What a field of a response can contain. Inner shapes are lazy, because shapes can recurse. */
export type ApiShape =
  | { readonly type: 'number' | 'boolean' | 'any' }
  /** `values`: all possible values; absent when any text is valid. */
  | { readonly type: 'string'; readonly values?: readonly string[] }
  | { readonly type: 'list' | 'map'; readonly item: () => ApiShape }
  | {
      readonly type: 'structure';
      readonly members: ReadonlyMap<string, () => ApiShape>;
      readonly required: readonly string[];
    };
