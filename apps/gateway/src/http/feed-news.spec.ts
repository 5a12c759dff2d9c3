import { FeedNews } from './feed-news.js';

const never = new AbortController().signal;

describe('FeedNews', () => {
  it('answers at once when the known version is another one', async () => {
    expect(await new FeedNews(async () => ({ version: 3 })).next('2', 10_000, never)).toEqual({ version: 3 });
  });

  it('answers when a look finds a new version, to all who wait', async () => {
    let version = 1;
    const news = new FeedNews(async () => ({ version }));
    const waiting = [news.next('1', 10_000, never), news.next('1', 10_000, never)];
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(news.isAwaited).toBe(true);
    version = 2;
    await news.look();
    expect(await Promise.all(waiting)).toEqual([{ version: 2 }, { version: 2 }]);
  });

  it('answers nothing when the time is over or the router has gone', async () => {
    const news = new FeedNews(async () => ({ version: 1 }));
    expect(await news.next('1', 30, never)).toBeNull();
    const gone = new AbortController();
    const waiting = news.next('1', 10_000, gone.signal);
    await new Promise((resolve) => setTimeout(resolve, 20));
    gone.abort();
    expect(await waiting).toBeNull();
    expect(news.isAwaited).toBe(false);
  });
});
