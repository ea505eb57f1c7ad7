/** Builds the page of the dashboard, if its files are not up to date: `npm run build:page`. */
import { messageOf } from '../lib/errors.ts';
import { buildPage } from '../lib/server/page/build-page.ts';

try {
  await buildPage();
} catch (error) {
  console.error(messageOf(error));
  process.exitCode = 1;
}
