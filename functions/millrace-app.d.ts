/** The app that a function runs: the bundler puts the user's own in the place of this module. */
declare module 'millrace-app' {
  const app: import('../lib/config/config.ts').MillraceConfig;
  export default app;
}
