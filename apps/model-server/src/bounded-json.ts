import { parseJson } from '@modelyard/kernel';
import { invalid } from './tensor.js';

const MAX_DEPTH = 64;

/** Parses a request body. Throws INVALID_ARGUMENT for bad UTF-8, bad JSON, or more than 64 levels of nesting. */
export function parseBody(body: Buffer): unknown {
  if (depthOf(body) > MAX_DEPTH) throw invalid(`The JSON body is nested more than ${MAX_DEPTH} levels deep.`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    throw invalid('The body is not valid UTF-8.');
  }
  try {
    return parseJson(text);
  } catch {
    // The parser's own message quotes the input, which may be personal.
    throw invalid('The body is not valid JSON. NaN and Infinity are not JSON either: send null for a missing number.');
  }
}

/** The deepest nesting, found without parsing, so that a deep body costs nothing. */
function depthOf(body: Buffer): number {
  let depth = 0;
  let deepest = 0;
  let quoted = false;
  for (let index = 0; index < body.length; index++) {
    const byte = body[index];
    if (quoted) {
      if (byte === BACKSLASH) index++;
      else if (byte === QUOTE) quoted = false;
    } else if (byte === QUOTE) quoted = true;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) deepest = Math.max(deepest, ++depth);
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) depth--;
  }
  return deepest;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;
