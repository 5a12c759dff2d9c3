import { DomainError } from '@modelyard/kernel';
import { MODEL_UIDS } from '@modelyard/kernel';
import { readProcessTable } from './process-table.js';
import type { ProcessIdentity } from './sandbox.js';

/** Hands out users that nothing on this machine runs as: neither our models nor those of another installation. */
export class ProcessIdentities {
  private readonly taken = new Set<number>();

  async acquire(): Promise<ProcessIdentity> {
    const inUse = new Set((await readProcessTable()).map((entry) => entry.uid));
    const size = MODEL_UIDS.last - MODEL_UIDS.first + 1;
    const start = Math.floor(Math.random() * size);
    for (let step = 0; step < size; step++) {
      const uid = MODEL_UIDS.first + ((start + step) % size);
      if (this.taken.has(uid) || inUse.has(uid)) continue;
      this.taken.add(uid);
      return { uid, gid: uid };
    }
    throw new DomainError('QUOTA_EXCEEDED', 'All operating-system users for models are in use. Stop some endpoints.');
  }

  release(identity: ProcessIdentity): void {
    this.taken.delete(identity.uid);
  }
}
