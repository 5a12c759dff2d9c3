import { attachmentOf, guessContentType, parseRange } from './content-headers.js';

describe('the content type of an artifact', () => {
  it.each([
    ['a/MLmodel', 'text/plain'], ['conda.yaml', 'text/plain'], ['a.json', 'text/plain'], ['x.js', 'text/plain'], ['t.csv', 'text/plain'],
    ['plot.png', 'image/png'], ['plot.PNG', 'image/png'], ['page.html', 'text/html'], ['picture.svg', 'image/svg+xml'],
    ['model.pkl', 'application/octet-stream'], ['noextension', 'application/octet-stream'], ['.hidden', 'application/octet-stream'], ['x.__proto__', 'application/octet-stream'], ['x.constructor', 'application/octet-stream'],
  ])('of %s is %s, as MLflow guesses', (name, type) => {
    expect(guessContentType(name)).toBe(type);
  });
});

describe('the disposition of an artifact', () => {
  it.each([
    ['a/b/plot.png', 'attachment; filename=plot.png'],
    ['my file.txt', 'attachment; filename="my file.txt"'],
    ['quo"te\\.txt', 'attachment; filename="quo\\"te\\\\.txt"'],
    ['größe.txt', "attachment; filename=\"groe.txt\"; filename*=UTF-8''gr%C3%B6%C3%9Fe.txt"],
    ['日本', "attachment; filename=\"download\"; filename*=UTF-8''%E6%97%A5%E6%9C%AC"],
  ])('of %s is %s', (name, expected) => {
    expect(attachmentOf(name)).toBe(expected);
  });

  it('holds no line break or control character whatever the name', () => {
    expect(attachmentOf('a\r\nset-cookie: x=1')).not.toMatch(/[\r\n]/);
  });
});

describe('a Range header', () => {
  it.each([
    ['bytes=0-9', { start: 0, end: 9 }], ['bytes=5-', { start: 5, end: undefined }],
    ['bytes=-5', undefined], ['bytes=9-5', undefined], ['bytes=0-1,4-5', undefined], ['items=0-1', undefined], ['', undefined], [undefined, undefined],
  ])('%p means %p', (header, range) => {
    expect(parseRange(header)).toEqual(range);
  });
});
