/**
 * Stands for the package `jsonata` in bundles: evaluates it at the first expression. Most processes
 * start often and have none.
 */
import type jsonata from 'jsonata';

type Library = typeof jsonata;

let library: Library | undefined;

/** Calls the library's only function. */
export default function callJsonata(...args: Parameters<Library>): ReturnType<Library> {
  library ??= require('jsonata') as Library;
  return Reflect.apply(library, undefined, args);
}
