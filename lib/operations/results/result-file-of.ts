/** The names of the files of results. */
import { resolve } from 'node:path';
import { isObjectUrl } from '../../batch/object-url.ts';
import { resultFormatOf } from '../../batch/results/result-format.ts';
import { fillPlaceholders } from '../../batch/schedule/placeholders.ts';
import type { ResultFileOf } from '../../roles/batch/batch-status.ts';
import type { AppContext } from '../app-context.ts';

/** Characters of a batch's name or id that would lead to another folder. */
const unsafe = /[^\p{L}\p{N}_.@+= -]|\.\.+/gu;

/**
 * Returns the function that names the files of results. A date is that of the batch, in the time
 * zone of its schedule; relative paths start at the app's folder.
 */
export function resultFilesOf({ app }: Pick<AppContext, 'app'>): ResultFileOf {
  return ({ id, name, createdAt }, { output, format }, at) => {
    const configured = Object.hasOwn(app.batches, name) ? app.batches[name] : undefined;
    const path = fillPlaceholders('options.results.output', output, {
      atMs: at ?? createdAt,
      timeZone: configured?.timeZone ?? 'UTC',
      values: { id: id.replaceAll(unsafe, '_'), name: name.replaceAll(unsafe, '_') },
    });
    return {
      output: isObjectUrl(path) ? path : resolve(app.folder, path),
      format: format ?? resultFormatOf(path),
    };
  };
}
