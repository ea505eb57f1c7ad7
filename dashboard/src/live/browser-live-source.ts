/** Hears of changes from `/v1/live`, as a stream or by asking. */
import { api } from '../api/api.ts';
import type { LiveReply, LiveSource } from './live-source.ts';

/** The topic of a question that is only to see whether the server answers. */
const anyTopic = 'overview';

/** Follows the API that serves this page. */
export const browserLiveSource: LiveSource = {
  open(topics, since, { onReply, onBeat, onBroken }) {
    const source = new EventSource(api.urlOf('getLive', callOf(topics, since)));
    source.addEventListener('live', ({ data }: MessageEvent<string>) =>
      onReply(JSON.parse(data) as LiveReply),
    );
    source.addEventListener('beat', onBeat);
    // Its own reconnecting knows neither a hidden page nor a database that sleeps.
    source.addEventListener('error', () => {
      source.close();
      onBroken();
    });
    return source;
  },
  ask: (topics, since, signal) => api.call('getLive', callOf(topics, since), signal),
};

function callOf(topics: readonly string[], since: string | undefined) {
  return { query: { topics: topics.length === 0 ? anyTopic : topics, since } };
}
