/** What the contexts must know of the installation. */
export class ServingOptions {
  /** May models run as processes on the worker's machine? */
  readonly localTarget: boolean;
  /** The key of provenance ids. */
  readonly provenanceKey: Buffer;

  constructor(options: { localTarget: boolean; provenanceKey: Buffer }) {
    this.localTarget = options.localTarget;
    this.provenanceKey = options.provenanceKey;
  }
}
