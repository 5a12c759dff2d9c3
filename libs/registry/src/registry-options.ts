/** What the registry must know of the installation. */
export class RegistryOptions {
  /** Scheme, host and port under which people reach this server; null when that is not known. */
  readonly origin: string | null;

  constructor({ publicUrl }: { publicUrl?: string }) {
    this.origin = publicUrl === undefined ? null : new URL(publicUrl).origin;
  }
}
