/** The port to the models of AWS's services. */
import type { IntegrationName } from '../engine/task/integration-name.ts';

/**
 * What AWS's services say about their answers: asked to tell a mocked answer from an impossible
 * one.
 */
export interface ServiceModels {
  /**
   * The answer of an integration's operation, its fields named as Step Functions names them;
   * undefined when there is nothing that could know it. Throws INVALID_CONFIGURATION when what
   * knows it is not installed.
   */
  answerOf(named: IntegrationName): Promise<ApiShape | undefined>;
}

/**
 * What a field of an answer can be. Shapes may hold themselves, so that inner ones are asked for.
 */
export type ApiShape =
  | { readonly type: 'number' | 'boolean' | 'any' }
  /** `values`: all that it can be; absent when any text will do. */
  | { readonly type: 'string'; readonly values?: readonly string[] }
  | { readonly type: 'list' | 'map'; readonly item: () => ApiShape }
  | {
      readonly type: 'structure';
      readonly members: ReadonlyMap<string, () => ApiShape>;
      readonly required: readonly string[];
    };
