import { DomainError } from '@modelyard/kernel';

/** One line of a requirements file that names a package of the index, and nothing else. */
export interface Requirement {
  /** Normalised as PEP 503 has it. */
  readonly name: string;
  /** Everything, as it is handed to the installer. */
  readonly text: string;
}

const MAX_BYTES = 64 * 1024;
const MAX_LINES = 1_000;

// PEP 508 without URLs: name, [extras], version specifiers, ; marker. Nothing here can be read as an option or a path.
const NAME = '[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9])?';
const EXTRAS = `\\[\\s*${NAME}(?:\\s*,\\s*${NAME}){0,20}\\s*\\]`;
const VERSION = '(?:===|==|~=|!=|<=|>=|<|>)\\s*[A-Za-z0-9][A-Za-z0-9.*+!_-]{0,60}';
const MARKER = `;[A-Za-z0-9_.'"<>=!~ ()+,-]{1,300}`;
const ARCHIVE = /\.(whl|zip|tar|gz|tgz|bz2|xz)$/i;
const LINE = new RegExp(`^(${NAME})\\s*(${EXTRAS})?\\s*(${VERSION}(?:\\s*,\\s*${VERSION}){0,10})?\\s*(${MARKER})?$`);

/**
 * Reads a model's requirements, which are a stranger's input to an installer that could otherwise be told to fetch from
 * anywhere. Throws INVALID_ARGUMENT naming the line. Sources of packages are the installation's settings alone.
 */
export function parseRequirements(text: string, file = 'requirements.txt'): Requirement[] {
  if (Buffer.byteLength(text) > MAX_BYTES) throw refused(`'${file}' is larger than ${MAX_BYTES} bytes.`);
  const lines = text.split(/\r\n|\n|\r/);
  if (lines.length > MAX_LINES) throw refused(`'${file}' has more than ${MAX_LINES} lines.`);
  const requirements: Requirement[] = [];
  lines.forEach((line, index) => {
    const content = line.replace(/(^|\s)#.*$/, '').trim();
    if (content !== '') requirements.push(parseRequirement(content, `Line ${index + 1} of '${file}'`));
  });
  return requirements;
}

/** Reads one requirement; `where` begins the sentence of a refusal. */
export function parseRequirement(content: string, where: string): Requirement {
  const match = LINE.exec(content);
  const [, name, extras = '', specifiers = '', marker = ''] = match ?? [];
  // pip takes a name like that for a file when there is one.
  if (name === undefined || ARCHIVE.test(name)) throw refused(`${where}, '${shown(content)}', ${reason(content)}`);
  return { name: name.toLowerCase().replace(/[-_.]+/g, '-'), text: `${name}${extras}${specifiers}${marker}`.replace(/\s+/g, ' ') };
}

function reason(content: string): string {
  const remedy = 'Name packages of the package index only, such as scikit-learn==1.9.1, and log the model again.';
  if (content.startsWith('-')) return `is an option. Options such as index addresses come from the installation's settings alone. ${remedy}`;
  if (/:\/\/|@|^git\+/.test(content)) return `fetches from an address of its own. ${remedy}`;
  if (/^[./~]|[\\/]/.test(content) || ARCHIVE.test(content)) return `is a path. ${remedy}`;
  return `is not a requirement that can be installed. ${remedy}`;
}

/** A stranger's line, short, printable, and without what could be a password. */
function shown(content: string): string {
  return content.replace(/:\/\/[^@\s]*@/g, '://***@').replace(/[^\x20-\x7e]/g, '?').slice(0, 80);
}

function refused(message: string): DomainError {
  return new DomainError('INVALID_ARGUMENT', message);
}
