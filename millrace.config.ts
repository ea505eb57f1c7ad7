/** The app that commands in this folder run: the wildlife-strike example, until it names another. */
export { default } from './examples/wildlife-strikes/millrace.config.ts';
