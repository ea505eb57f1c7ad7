/**
 * Builds the page into dashboard/dist. Every address in it is relative to the page's `<base>`,
 * which the server writes, so that the same files work under any path behind a proxy.
 */
import { defineConfig } from 'vite';

/** The oldest browsers with `light-dark()`, popovers and `Promise.withResolvers`. */
const browsers = ['chrome125', 'firefox128', 'safari17.5'];

// A test or a server that is in development builds the same page as everyone else.
process.env.NODE_ENV = 'production';

export default defineConfig({
  root: import.meta.dirname,
  base: './',
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: browsers,
    // The page's Content-Security-Policy knows no `data:` addresses.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    reportCompressedSize: false,
    // Libraries mark modules with "use client", which means nothing here.
    rolldownOptions: { checks: { moduleLevelDirective: false, bundlerTimings: false } },
  },
  worker: { format: 'es' },
});
