import { DomainError } from '@modelyard/kernel';
import { MAX_SEGMENT_BYTES } from './object-key.js';

const MAX_PATH_BYTES = 1000;
/** Honest paths need one round of decoding; more than a few are an attack. */
const MAX_DECODES = 5;

// C0, DEL, C1, line separators, and the marks that make a name read backwards.
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
const ESCAPES = /(?:%[0-9a-fA-F]{2})+/g;
const WINDOWS_DRIVE = /^[A-Za-z]:(?:\/|$)/;
/** `..;x` too: some proxies cut path parameters off after they checked the path (CVE-2024-1593). */
const DOT_SEGMENT = /^\.{1,2}(?:;|$)/;

/**
 * The one form of an artifact path: relative, NFC, percent-decoded until nothing is left to decode, so that no later
 * decoder can make another path of it (MLflow's rule in `validate_path_is_safe`). `;` and `?` are plain characters.
 * Throws INVALID_ARGUMENT with a message that begins "Invalid path".
 */
export function artifactPath(raw: string): string {
  const path = decodeFully(raw);
  const problem = pathProblem(path);
  if (problem !== undefined) throw invalidPath(problem);
  return path;
}

/** As `artifactPath`, for a folder: `''` is the root, one trailing `/` is allowed and dropped. */
export function artifactDirectory(raw: string): string {
  const trimmed = raw.endsWith('/') && raw !== '/' ? raw.slice(0, -1) : raw;
  return trimmed === '' ? '' : artifactPath(trimmed);
}

function decodeFully(raw: string): string {
  if (raw.length > MAX_PATH_BYTES * 4) throw invalidPath(`it is longer than ${MAX_PATH_BYTES} bytes`);
  let path = raw.normalize('NFC');
  for (let round = 0; round < MAX_DECODES; round++) {
    const decoded = path.replace(ESCAPES, decodeEscapes).normalize('NFC');
    if (decoded === path) return path;
    path = decoded;
  }
  throw invalidPath('it is percent-encoded too many times');
}

function decodeEscapes(escapes: string): string {
  try {
    return decodeURIComponent(escapes);
  } catch {
    throw invalidPath('its percent-encoding is not valid UTF-8');
  }
}

function pathProblem(path: string): string | undefined {
  if (path === '') return 'it is empty';
  if (!path.isWellFormed()) return 'it is not valid Unicode';
  if (CONTROL.test(path)) return 'it holds a control character';
  if (path.includes('\\')) return "it holds a backslash; separate folders with '/'";
  if (path.includes('#')) return "it holds a '#'";
  if (path.startsWith('/') || WINDOWS_DRIVE.test(path)) return 'it is absolute; give it relative to the artifact root';
  if (/^file:/i.test(path)) return 'it is a file: URI; give a relative path';
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return `it is longer than ${MAX_PATH_BYTES} bytes`;
  return path.split('/').map(segmentProblem).find((problem) => problem !== undefined);
}

function segmentProblem(segment: string): string | undefined {
  if (segment === '') return "it has an empty name (a trailing or double '/')";
  if (DOT_SEGMENT.test(segment)) return "it has a '.' or '..' name";
  if (Buffer.byteLength(segment) > MAX_SEGMENT_BYTES) return `one of its names is longer than ${MAX_SEGMENT_BYTES} bytes`;
  return undefined;
}

function invalidPath(why: string): DomainError {
  return new DomainError('INVALID_ARGUMENT', `Invalid path: ${why}.`, { field: 'path' });
}
