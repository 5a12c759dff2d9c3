import { explainInstallFailure, redact } from './install-failure.js';

describe('explainInstallFailure', () => {
  it.each([
    // pip
    [['WARNING: Retrying (Retry(total=1)) after connection broken by NewConnectionError: Failed to establish a new connection: [Errno 111]', 'ERROR: Could not find a version that satisfies the requirement numpy (from versions: none)', 'ERROR: No matching distribution found for numpy'], /package index cannot be reached/],
    [['ERROR: Could not find a version that satisfies the requirement nonesuch==1 (from versions: none)', 'ERROR: No matching distribution found for nonesuch==1'], /requirement 'nonesuch==1' does not exist/],
    [['ERROR: Failed building wheel for brokenpkg', "ERROR: Failed to build installable wheels for some pyproject.toml based projects (brokenpkg)"], /package 'brokenpkg' has no ready-made wheel/],
    [['error: subprocess-exited-with-error', 'error: metadata-generation-failed'], /building it failed/],
    [['ERROR: Cannot install a==1 and b==2 because these package versions have conflicting dependencies.', 'ERROR: ResolutionImpossible'], /contradict each other/],
    [['OSError: [Errno 28] No space left on device'], /disk is full/],
    // uv
    [['error: Failed to fetch: `https://host/simple/numpy/`', '  Caused by: error sending request'], /package index cannot be reached/],
    [['  × No solution found when resolving dependencies:', '  ╰─▶ Because nonesuch was not found in the package registry and you require nonesuch, we can conclude'], /'nonesuch' does not exist/],
    [['  ╰─▶ Because there is no version of numpy==99 and you require numpy==99, we can conclude'], /'numpy==99' does not exist/],
    [['  × Failed to build `brokenpkg==1.0`'], /package 'brokenpkg'/],
    [['something new', ''], /could not be installed: something new/],
  ])('%#: says what to do', (lines, sentence) => {
    const error = explainInstallFailure(lines);
    expect(error.code).toBe('FAILED_PRECONDITION');
    expect(error.message).toMatch(sentence);
  });
});

describe('redact', () => {
  it('takes passwords out of addresses', () => {
    expect(redact('Looking in indexes: https://me:s3cret@host/simple, http://token@other/x')).toBe('Looking in indexes: https://***@host/simple, http://***@other/x');
  });
});
