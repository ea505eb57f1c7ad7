import { compileCacheVariables } from './compile-cache.ts';

/**
 * The environment variables of a program that imports `millrace`, which is then the sources of this
 * clone and needs no build.
 */
export const programVariables = {
  ...compileCacheVariables,
  NODE_OPTIONS: '--conditions=millrace-source',
};
