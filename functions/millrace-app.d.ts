/** The app that a function runs: the bundler replaces this module by the user's configuration. */
declare module 'millrace-app' {
  const app: import('../lib/config/config.ts').MillraceConfig;
  export default app;
}
