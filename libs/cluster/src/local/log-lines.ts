import type { Readable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';

const MAX_LINE = 8_192;

/** Calls back with each line of a stream; longer ones are cut, so that output without line feeds costs no memory. */
export function forEachLine(stream: Readable, onLine: (line: string) => void): void {
  const decoder = new StringDecoder('utf8');
  let rest = '';
  let cutting = false;
  stream.on('data', (chunk: Buffer) => {
    const parts = (rest + decoder.write(chunk)).split(/\r\n|\n|\r/);
    rest = parts.pop() ?? '';
    for (const part of parts) {
      if (!cutting) onLine(part.slice(0, MAX_LINE));
      cutting = false;
    }
    if (rest.length <= MAX_LINE) return;
    if (!cutting) onLine(rest.slice(0, MAX_LINE));
    cutting = true;
    rest = '';
  });
  stream.on('end', () => {
    if (rest !== '' && !cutting) onLine(rest);
  });
}
