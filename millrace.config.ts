/** The app of commands in this folder: the wildlife-strike example, until another is exported. */
export { default } from './examples/wildlife-strikes/millrace.config.ts';
