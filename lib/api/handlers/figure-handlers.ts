import type { AppOpener, OperationHandlers } from './app-opener.ts';

/** Handles the operations that return figures of the whole deployment. */
export function figureHandlers(open: AppOpener): OperationHandlers<'getOverview' | 'getSeries'> {
  return {
    getOverview: async () => (await open()).figures.overview(),
    getSeries: async ({ query }) => (await open()).figures.series(query),
  };
}
