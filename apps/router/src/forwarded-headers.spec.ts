import { headersForModel, headersFromModel } from './forwarded-headers.js';

describe('headers', () => {
  it('that say who calls, and those between two hops, never reach a model', () => {
    const sent = headersForModel({
      'content-type': 'application/json', accept: '*/*', traceparent: '00-1-2-03', 'x-own': 'kept',
      authorization: 'Bearer x', cookie: 'a=b', 'x-forwarded-for': '1.2.3.4', 'x-forwarded-host': 'h', forwarded: 'for=1', origin: 'http://o', referer: 'http://r', host: 'h', 'proxy-authorization': 'x',
      connection: 'close, X-Named', 'x-named': 'dropped', 'transfer-encoding': 'chunked', te: 'trailers', upgrade: 'websocket', 'keep-alive': '1', 'content-length': '3', expect: '100-continue',
      'modelyard-provenance': 'forged', 'x-mlflow-workspace': 'red',
    });
    expect(sent).toEqual({ 'content-type': 'application/json', accept: '*/*', traceparent: '00-1-2-03', 'x-own': 'kept' });
  });

  it('of a model cannot act in a browser under our origin', () => {
    const answer = headersFromModel({
      'content-type': 'text/html', 'content-length': '3', 'retry-after': '2',
      'set-cookie': ['modelyard_session=evil'], location: 'http://evil', refresh: '0; url=http://evil', 'access-control-allow-origin': '*', 'content-security-policy': 'default-src *', 'modelyard-provenance': 'forged', 'service-worker-allowed': '/', connection: 'x', 'www-authenticate': 'Basic',
    });
    expect(answer).toEqual({ 'content-type': 'text/html', 'content-length': '3', 'retry-after': '2', 'x-content-type-options': 'nosniff', 'content-security-policy': "sandbox; default-src 'none'" });
  });
});
