import { CopyButton } from './copy-button.js';
import { shortId } from './format.js';

/** An id, short in the middle, with the whole one on hover and by copy. */
export function CopyId({ id, label }: { id: string; label: string }) {
  return (
    <span style={{ display: 'inline-flex', alignItems: 'center', gap: 2 }}>
      <code title={id}>{shortId(id)}</code>
      <CopyButton text={id} label={label} size="xs" />
    </span>
  );
}
