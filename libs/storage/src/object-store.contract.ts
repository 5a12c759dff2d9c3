import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pages, pieces, sha256 } from './contract-bodies.js';
import type { ObjectStore } from './object-store.js';

export interface ObjectStoreHarness {
  /** Called once, before the tests. The tests share the store and write each below a prefix of their own. */
  readonly create: () => Promise<ObjectStore>;
  readonly destroy?: () => Promise<void>;
  /** False for a server whose namespace is a file tree, where `a` and `a/b` exclude each other. */
  readonly allowsObjectAndFolder?: boolean;
  /** False for a server that looks and then writes: writers at the same moment may all pass `ifNoneMatch`. */
  readonly isIfNoneMatchAtomic?: boolean;
  /** True to leave the suite out; the tests still count as skipped. */
  readonly skip?: boolean;
}

const MIB = 1024 * 1024;

/** Declares the tests that every ObjectStore passes. */
export function describeObjectStore(name: string, harness: ObjectStoreHarness): void {
  (harness.skip === true ? describe.skip : describe)(`${name} keeps the ObjectStore contract`, () => {
    let store: ObjectStore;
    let prefixes = 0;
    let at = '';

    beforeAll(async () => {
      store = await harness.create();
    }, 60_000);
    beforeEach(() => {
      at = `test-${++prefixes}/`;
    });
    afterAll(async () => {
      store?.close();
      await harness.destroy?.();
    });

    const read = async (key: string, options?: Parameters<ObjectStore['get']>[1]) => buffer((await store.get(key, options)).stream);
    const keys = async (prefix: string) => (await store.list(prefix)).items.map(({ key }) => key);
    const fill = (...names: string[]) => Promise.all(names.map((key) => store.put(at + key, Buffer.from(key))));

    describe('put and get', () => {
      it.each([0, 1, 5 * MIB + 1, 32 * MIB])('give a stream of %i bytes back, of known and of unknown length', async (size) => {
        const bytes = randomBytes(size);
        for (const contentLength of [size, undefined]) {
          const stored = await store.put(`${at}o`, pieces(bytes), { contentLength });
          expect(stored).toMatchObject({ sizeBytes: size, sha256: sha256(bytes) });
          expect((await read(`${at}o`)).equals(bytes)).toBe(true);
        }
      });

      it('keep size, content type and ETag, and head tells the same', async () => {
        const { etag } = await store.put(`${at}o`, Buffer.from('hello'), { contentType: 'text/plain; charset=utf-8' });
        const { stream, range, ...info } = await store.get(`${at}o`);
        stream.destroy();
        expect(info).toMatchObject({ sizeBytes: 5, contentType: 'text/plain; charset=utf-8', etag, modifiedAt: expect.any(Date) });
        expect(range).toBeUndefined();
        expect(await store.head(`${at}o`)).toMatchObject({ sizeBytes: 5, contentType: 'text/plain; charset=utf-8', etag });
      });

      it('the last put wins, and another content has another ETag', async () => {
        const first = await store.put(`${at}o`, Buffer.from('the longer first'));
        const second = await store.put(`${at}o`, Buffer.from('second'));
        expect(second.etag).not.toBe(first.etag);
        expect((await read(`${at}o`)).toString()).toBe('second');
      });

      it('a missing object is NOT_FOUND, also below an object and for its folder', async () => {
        await fill('folder/o');
        for (const key of ['none', 'none/o', 'folder', 'folder/o/below']) {
          await expect(store.get(at + key)).rejects.toMatchObject({ code: 'NOT_FOUND' });
          await expect(store.head(at + key)).rejects.toMatchObject({ code: 'NOT_FOUND' });
        }
      });

      it.each(['with space', 'naïve-Größe-日本-🚀', 'a+b', '%41', 'A', '50%', "quote'\"&<>", '~tilde', '.hidden', '..almost', 'q?x=1', 'semi;colon', 'hash#tag', 'back\\slash', 'x'.repeat(255)])(
        'a key with the name %j stays as it is',
        async (segment) => {
          const key = `${at}${segment}/${segment}`;
          await store.put(key, Buffer.from(segment));
          expect((await read(key)).toString()).toBe(segment);
          expect(await keys(`${at}${segment}/`)).toEqual([key]);
          await store.copy(key, `${at}copy`);
          expect((await read(`${at}copy`)).toString()).toBe(segment);
          await store.delete(key);
          await expect(store.head(key)).rejects.toMatchObject({ code: 'NOT_FOUND' });
        },
      );

      it.each(['', '/', '/a', 'a/', 'a//b', '.', '..', '../a', 'a/../b', 'a/./b', 'a\u0000b', 'a\nb', 'lone\ud800', 'x'.repeat(256), `${'y'.repeat(100)}/`.repeat(11)])(
        'the key %j is refused everywhere',
        async (key) => {
          const refused = { code: 'INVALID_ARGUMENT' };
          await expect(store.put(key, Buffer.from('x'))).rejects.toMatchObject(refused);
          await expect(store.get(key)).rejects.toMatchObject(refused);
          await expect(store.head(key)).rejects.toMatchObject(refused);
          await expect(store.delete(key)).rejects.toMatchObject(refused);
          await expect(store.copy(key, `${at}o`)).rejects.toMatchObject(refused);
          await expect(store.copy(`${at}o`, key)).rejects.toMatchObject(refused);
          await expect(store.createMultipart(key)).rejects.toMatchObject(refused);
        },
      );

      it('ifNoneMatch refuses a taken key, whatever the kind of body, and takes a free one', async () => {
        await store.put(`${at}o`, Buffer.from('first'), { ifNoneMatch: '*' });
        for (const body of [Buffer.from('second'), pieces(randomBytes(9 * MIB))]) {
          await expect(store.put(`${at}o`, body, { ifNoneMatch: '*' })).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
        }
        expect((await read(`${at}o`)).toString()).toBe('first');
      });

      // Left out, not skipped, where the server is known to be weaker: the harness says so and why.
      if (harness.isIfNoneMatchAtomic !== false) it('with ifNoneMatch, of many writers exactly one succeeds and its object stays', async () => {
        const results = await Promise.allSettled(
          Array.from({ length: 8 }, (_, n) => store.put(`${at}o`, Buffer.from(`writer ${n}`), { ifNoneMatch: '*' }).then(() => n)),
        );
        const winners = results.filter((result) => result.status === 'fulfilled').map(({ value }) => value);
        expect(winners).toHaveLength(1);
        expect((await read(`${at}o`)).toString()).toBe(`writer ${winners[0]}`);
      });

      it('of twenty writers of one key one wins whole', async () => {
        const bodies = Array.from({ length: 20 }, (_, n) => Buffer.alloc(200_000 + n, n));
        const results = await Promise.all(bodies.map((body) => store.put(`${at}o`, pieces(body), { contentLength: body.length })));
        const bytes = await read(`${at}o`);
        expect(bodies.some((body) => body.equals(bytes))).toBe(true);
        expect(results.map(({ etag }) => etag)).toContain((await store.head(`${at}o`)).etag);
      });

      it('a reader that began before an overwrite or delete ends with the bytes it began', async () => {
        const bytes = randomBytes(4 * MIB);
        await store.put(`${at}o`, bytes);
        const { stream } = await store.get(`${at}o`);
        await store.put(`${at}o`, Buffer.from('new'));
        await store.delete(`${at}o`);
        expect((await buffer(stream)).equals(bytes)).toBe(true);
      });
    });

    describe('ranges', () => {
      it.each([
        [{ start: 0, end: 0 }, '0', { start: 0, end: 0 }],
        [{ start: 2, end: 4 }, '234', { start: 2, end: 4 }],
        [{ start: 7 }, '789', { start: 7, end: 9 }],
        [{ start: 8, end: 1000 }, '89', { start: 8, end: 9 }],
      ])('%j is served as asked', async (range, expected, served) => {
        await store.put(`${at}o`, Buffer.from('0123456789'));
        expect((await read(`${at}o`, { range })).toString()).toBe(expected);
        const answer = await store.get(`${at}o`, { range });
        answer.stream.destroy();
        expect(answer).toMatchObject({ sizeBytes: 10, range: served });
      });

      it.each([{ start: 10 }, { start: 5, end: 4 }, { start: -1 }, { start: 0.5 }, { start: Number.NaN }])('%j is refused', async (range) => {
        await store.put(`${at}o`, Buffer.from('0123456789'));
        await expect(store.get(`${at}o`, { range })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      });
    });

    describe('a write that fails leaves nothing', () => {
      const nothingThere = async () => {
        await expect(store.head(`${at}o`)).rejects.toMatchObject({ code: 'NOT_FOUND' });
        expect(await keys(at)).toEqual([]);
        expect(await store.listStaleUploads({ before: new Date(Date.now() + 60_000) })).toEqual([]);
      };

      it.each([undefined, 12 * MIB])('when the stream fails (announced length %p)', async (contentLength) => {
        const body = pieces(randomBytes(12 * MIB), { failAfter: 9 * MIB, error: new Error('source broke') });
        await expect(store.put(`${at}o`, body, { contentLength })).rejects.toThrow('source broke');
        await nothingThere();
      });

      it('when the stream is destroyed, as by a client that goes away', async () => {
        const body = new Readable({ read: () => undefined });
        body.push(randomBytes(MIB));
        setTimeout(() => body.destroy(), 50);
        await expect(store.put(`${at}o`, body, { contentLength: 2 * MIB })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
        await nothingThere();
      });

      it.each([undefined, 20 * MIB])('when the signal aborts (announced length %p)', async (contentLength) => {
        const controller = new AbortController();
        const body = pieces(randomBytes(20 * MIB), { onBytes: (sent) => sent > 10 * MIB && controller.abort(new Error('no longer wanted')) });
        await expect(store.put(`${at}o`, body, { contentLength, signal: controller.signal })).rejects.toThrow('no longer wanted');
        await nothingThere();
      });

      it.each([[3, 'short'], [8, 'long'], [0, 'empty by announcement']])('when the length is not the announced %i (%s)', async (contentLength) => {
        await expect(store.put(`${at}o`, Readable.from([Buffer.from('12'), Buffer.from('345')]), { contentLength })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
        await nothingThere();
      });

      it('when the digest is not the announced one; the same bytes pass with theirs', async () => {
        const bytes = randomBytes(100_000);
        for (const options of [{ contentLength: bytes.length }, {}]) {
          await expect(store.put(`${at}o`, pieces(bytes), { ...options, expectedSha256: sha256(Buffer.from('other')) })).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
          await nothingThere();
        }
        await store.put(`${at}o`, pieces(bytes), { expectedSha256: sha256(bytes) });
        expect((await read(`${at}o`)).equals(bytes)).toBe(true);
      });

      it('and an older object stays as it was', async () => {
        await store.put(`${at}o`, Buffer.from('old'));
        await expect(store.put(`${at}o`, pieces(randomBytes(MIB), { failAfter: MIB / 2, error: new Error('source broke') }))).rejects.toThrow('source broke');
        expect((await read(`${at}o`)).toString()).toBe('old');
      });
    });

    describe('list', () => {
      it('shows one level with a delimiter and everything without', async () => {
        await fill('m/MLmodel', 'm/data/model.pkl', 'm/data/env/conda.yaml', 'z.txt');
        const level = await store.list(at, { delimiter: '/' });
        expect(level).toEqual({
          items: [
            { key: `${at}m/`, isDirectory: true, sizeBytes: 0, modifiedAt: null },
            { key: `${at}z.txt`, isDirectory: false, sizeBytes: 5, modifiedAt: expect.any(Date) },
          ],
          nextCursor: null,
        });
        expect((await store.list(`${at}m/`, { delimiter: '/' })).items.map(({ key }) => key)).toEqual([`${at}m/MLmodel`, `${at}m/data/`]);
        expect(await keys(at)).toEqual([`${at}m/MLmodel`, `${at}m/data/env/conda.yaml`, `${at}m/data/model.pkl`, `${at}z.txt`]);
      });

      it('of a prefix without objects, or of an object, is empty', async () => {
        await fill('o');
        expect(await store.list(`${at}none/`)).toEqual({ items: [], nextCursor: null });
        expect(await store.list(`${at}o/`, { delimiter: '/' })).toEqual({ items: [], nextCursor: null });
      });

      it('pages through 1,500 keys of one folder and 30 folders without loss or repetition', async () => {
        const names = Array.from({ length: 1500 }, (_, n) => `files/${n}`);
        const folders = Array.from({ length: 30 }, (_, n) => `files/folder-${n}/o`);
        for (let from = 0; from < names.length; from += 100) await fill(...names.slice(from, from + 100));
        await fill(...folders);
        const flat = await pages(store, at, { limit: 400 });
        expect(flat.map(({ key }) => key)).toEqual([...names, ...folders].map((key) => at + key).sort());
        const level = await pages(store, `${at}files/`, { limit: 7, delimiter: '/' });
        expect(new Set(level.map(({ key }) => key)).size).toBe(level.length);
        expect(level.filter(({ isDirectory }) => isDirectory)).toHaveLength(30);
        expect(level).toHaveLength(1530);
        expect((await store.list(`${at}files/`)).items).toHaveLength(1000);
      });

      it('sorts by bytes of UTF-8', async () => {
        await fill('\u{1f680}', '\uff5e', 'a', 'B', 'é');
        expect(await keys(at)).toEqual(['B', 'a', 'é', '\uff5e', '\u{1f680}'].map((key) => at + key));
      });

      it.each(['a', '/', '../', 'a//', 'a/../'])('the prefix %j is refused', async (prefix) => {
        await expect(store.list(prefix)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
        await expect(store.deletePrefix(prefix)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      });

      it.each([{ limit: 0 }, { limit: 1001 }, { limit: 1.5 }, { cursor: 'damaged' }])('%j is refused', async (options) => {
        await expect(store.list(at, options)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      });
    });

    describe('delete and copy', () => {
      it('delete removes one object, twice is no error, and no empty folder shows', async () => {
        await fill('a/b/o', 'keep');
        await store.delete(`${at}a/b/o`);
        await store.delete(`${at}a/b/o`);
        expect((await store.list(at, { delimiter: '/' })).items.map(({ key }) => key)).toEqual([`${at}keep`]);
      });

      it('deletePrefix removes the folder and not its sibling with the same beginning', async () => {
        await fill('a/1', 'a/b/2', 'ab/3', 'a-4', 'b');
        await store.deletePrefix(`${at}a/`);
        await store.deletePrefix(`${at}a/`);
        expect(await keys(at)).toEqual([`${at}a-4`, `${at}ab/3`, `${at}b`]);
      });

      it('deletePrefix refuses to empty the whole store', async () => {
        await expect(store.deletePrefix('')).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
      });

      it('puts and deletes in one folder at the same time lose no object', async () => {
        const rounds = Array.from({ length: 40 }, (_, n) => n);
        await Promise.all(rounds.map((n) => (n % 2 === 0 ? fill(`deep/er/${n}`) : fill(`deep/er/${n}`).then(() => store.delete(`${at}deep/er/${n}`)))));
        expect(await keys(at)).toHaveLength(20);
      });

      it('copy gives the object with its content type a second key and replaces what is there', async () => {
        await store.put(`${at}from`, Buffer.from('bytes'), { contentType: 'text/css' });
        await store.put(`${at}to/o`, Buffer.from('old'));
        await store.copy(`${at}from`, `${at}to/o`);
        await store.copy(`${at}from`, `${at}to/o`);
        await store.put(`${at}from`, Buffer.from('changed'));
        expect((await read(`${at}to/o`)).toString()).toBe('bytes');
        expect((await store.head(`${at}to/o`)).contentType).toBe('text/css');
        await expect(store.copy(`${at}none`, `${at}to/o`)).rejects.toMatchObject({ code: 'NOT_FOUND' });
      });

      if (harness.allowsObjectAndFolder !== false) it('an object and a folder of one name live side by side', async () => {
        await fill('a', 'a/b', 'a/b/c');
        expect(await keys(at)).toEqual([`${at}a`, `${at}a/b`, `${at}a/b/c`]);
        await store.delete(`${at}a/b`);
        expect(await keys(at)).toEqual([`${at}a`, `${at}a/b/c`]);
      });
    });

    describe('multipart', () => {
      const PART = 5 * MIB;
      const begin = () => store.createMultipart(`${at}o`, { contentType: 'text/plain' });

      it('joins parts in the order of their numbers; a part sent again replaces itself', async () => {
        const upload = await begin();
        const [one, two] = [randomBytes(PART), randomBytes(77)];
        const second = await store.putPart(upload, 2, pieces(two), { contentLength: two.length });
        await store.putPart(upload, 1, randomBytes(PART));
        const first = await store.putPart(upload, 1, pieces(one), { contentLength: PART, expectedSha256: sha256(one) });
        await expect(store.head(`${at}o`)).rejects.toMatchObject({ code: 'NOT_FOUND' });
        const parts = [{ partNumber: 2, etag: second.etag }, { partNumber: 1, etag: first.etag.replaceAll('"', '') }];
        const stored = await store.completeMultipart(upload, parts);
        expect(stored.sizeBytes).toBe(PART + 77);
        expect((await read(`${at}o`)).equals(Buffer.concat([one, two]))).toBe(true);
        expect(await store.head(`${at}o`)).toMatchObject({ contentType: 'text/plain', etag: stored.etag });
      });

      it('completing twice answers the same or NOT_FOUND, and the object stays', async () => {
        const upload = await begin();
        const { etag } = await store.putPart(upload, 1, Buffer.from('once'));
        const first = await store.completeMultipart(upload, [{ partNumber: 1, etag }]);
        const again = await store.completeMultipart(upload, [{ partNumber: 1, etag }]).catch((error: unknown) => error);
        expect([first, expect.objectContaining({ code: 'NOT_FOUND' })]).toContainEqual(again);
        expect((await read(`${at}o`)).toString()).toBe('once');
      });

      it('refuses missing, foreign, doubled and no parts, and can be completed afterwards', async () => {
        const upload = await begin();
        const { etag } = await store.putPart(upload, 1, Buffer.from('only'));
        const wrong = [[], [{ partNumber: 2, etag }], [{ partNumber: 1, etag: '"00000000000000000000000000000000"' }], [{ partNumber: 1, etag }, { partNumber: 1, etag }]];
        for (const parts of wrong) await expect(store.completeMultipart(upload, parts)).rejects.toMatchObject({ code: 'INVALID_ARGUMENT' });
        await store.completeMultipart(upload, [{ partNumber: 1, etag }]);
        expect((await read(`${at}o`)).toString()).toBe('only');
      });

      it('refuses a wrong part: number, unknown length, wrong length, wrong digest', async () => {
        const upload = await begin();
        const refused = { code: 'INVALID_ARGUMENT' };
        for (const number of [0, 10_001, 1.5]) await expect(store.putPart(upload, number, Buffer.from('x'))).rejects.toMatchObject(refused);
        await expect(store.putPart(upload, 1, pieces(Buffer.from('x')))).rejects.toMatchObject(refused);
        await expect(store.putPart(upload, 1, pieces(Buffer.from('x')), { contentLength: 2 })).rejects.toMatchObject(refused);
        await expect(store.putPart(upload, 1, Buffer.from('x'), { expectedSha256: sha256(Buffer.from('y')) })).rejects.toMatchObject(refused);
        await store.abortMultipart(upload);
      });

      it('an aborted upload is gone with its parts; abort twice is no error', async () => {
        const upload = await begin();
        const { etag } = await store.putPart(upload, 1, Buffer.from('x'));
        await store.abortMultipart(upload);
        await store.abortMultipart(upload);
        await expect(store.putPart(upload, 2, Buffer.from('x'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
        await expect(store.completeMultipart(upload, [{ partNumber: 1, etag }])).rejects.toMatchObject({ code: 'NOT_FOUND' });
        expect(await keys(at)).toEqual([]);
      });

      it.each(['../../etc', '00000000-0000-0000-0000-000000000000'])('the upload id %j of nobody is NOT_FOUND, and so is another key', async (uploadId) => {
        await expect(store.putPart({ key: `${at}o`, uploadId }, 1, Buffer.from('x'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
        const upload = await begin();
        await expect(store.putPart({ ...upload, key: `${at}other` }, 1, Buffer.from('x'))).rejects.toMatchObject({ code: 'NOT_FOUND' });
        await store.abortMultipart(upload);
      });

      it('completing with ifNoneMatch refuses a taken key', async () => {
        const upload = await begin();
        const { etag } = await store.putPart(upload, 1, Buffer.from('late'));
        await store.put(`${at}o`, Buffer.from('early'));
        await expect(store.completeMultipart(upload, [{ partNumber: 1, etag }], { ifNoneMatch: '*' })).rejects.toMatchObject({ code: 'FAILED_PRECONDITION' });
        expect((await read(`${at}o`)).toString()).toBe('early');
        await store.abortMultipart(upload);
      });

      it('a sweeper finds uploads begun before a moment and no others', async () => {
        const upload = await begin();
        const stale = await store.listStaleUploads({ before: new Date(Date.now() + 60_000) });
        expect(stale).toEqual([{ ...upload, startedAt: expect.any(Date) }]);
        expect(await store.listStaleUploads({ before: new Date(Date.now() - 60_000) })).toEqual([]);
        await store.abortMultipart(upload);
      });
    });

    it('probe passes and leaves nothing', async () => {
      await store.probe();
      expect((await store.list('', { delimiter: '/' })).items.filter(({ key }) => key.includes('probe'))).toEqual([]);
    });
  });
}
