import { DomainError } from '@modelyard/kernel';

interface Pattern {
  readonly match: RegExp;
  readonly sentence: (groups: readonly string[]) => string;
}

/** What pip (23 and newer) and uv print, most telling first: an index out of reach also looks like a missing package. */
const PATTERNS: readonly Pattern[] = [
  {
    match: /No space left on device/i,
    sentence: () => 'The disk is full. Free some space and deploy again.',
  },
  {
    match: /NewConnectionError|Failed to establish a new connection|Temporary failure in name resolution|Name or service not known|ConnectTimeoutError|ProxyError|CERTIFICATE_VERIFY_FAILED|SSLError|error sending request|dns error|Failed to fetch|Connection refused|Network is unreachable/i,
    sentence: () => "The package index cannot be reached from this machine. Check its network, or set the installation's package index and proxy.",
  },
  {
    match: /Failed building wheel for ([\w.-]+)|Failed to build installable wheels? for (?:some pyproject\.toml based projects \()?([\w.-]+)|Failed to build [`']?([\w.-]+)|Failed to download and build [`']?([\w.-]+)/i,
    sentence: ([name]) => `The package '${name}' has no ready-made wheel for this machine, and building it failed (the log above says why). Pin a version that has a wheel, or install what its build needs.`,
  },
  {
    match: /subprocess-exited-with-error|metadata-generation-failed/i,
    sentence: () => 'A package has no ready-made wheel for this machine, and building it failed (the log above says which and why). Pin a version that has a wheel, or install what its build needs.',
  },
  {
    match: /ResolutionImpossible|conflicting dependencies|you require ([\w.-]+\S*) and /i,
    sentence: () => "The model's requirements contradict each other (the log above says which). Log the model again from an environment in which it runs.",
  },
  {
    match: /No matching distribution found for ([^\s(]+)|satisfies the requirement ([^\s(]+)|Because ([\w.-]+) was not found|there is no version of ([\w.-]+(?:==[\w.]+)?)/i,
    sentence: ([name]) => `The requirement '${name}' does not exist in the package index for this Python and machine. Correct it and log the model again.`,
  },
];

/** Why an installation failed, out of its output, as a sentence for the person who deploys. */
export function explainInstallFailure(lines: readonly string[]): DomainError {
  const output = lines.join('\n');
  for (const { match, sentence } of PATTERNS) {
    const found = match.exec(output);
    if (found !== null) return new DomainError('FAILED_PRECONDITION', sentence(found.slice(1).filter((group) => group !== undefined)));
  }
  const last = lines.findLast((line) => line.trim() !== '') ?? 'it printed nothing';
  return new DomainError('FAILED_PRECONDITION', `The model's environment could not be installed: ${last.slice(0, 300)}`);
}

/** Takes passwords out of addresses. */
export function redact(line: string): string {
  return line.replace(/([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, '$1***@');
}
