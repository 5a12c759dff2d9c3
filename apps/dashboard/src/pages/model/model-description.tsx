import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import { useMutation } from 'urql';
import { toApiError } from '../../api/api-error.js';
import { Section } from '../../ui/facts.js';
import { useToast } from '../../ui/toast.js';
import classes from './model.module.css';
import { UPDATE_MODEL } from './model.graphql.js';

/** What the model is for, in its owner's words; edited in place. */
export function ModelDescription({ name, description }: { name: string; description: string }) {
  const [draft, setDraft] = useState<string | null>(null);
  const [result, update] = useMutation(UPDATE_MODEL);
  const toast = useToast();
  const save = async () => {
    const { error } = await update({ input: { name, description: draft ?? '' } });
    if (error !== undefined) return;
    setDraft(null);
    toast('Description saved');
  };
  return (
    <Section
      title="About"
      actions={
        draft === null ? (
          <Button variant="subtle" size="compact-xs" onClick={() => setDraft(description)}>
            Edit description
          </Button>
        ) : null
      }
    >
      {draft === null ? (
        <p className={classes.description}>{description === '' ? <span className="soft">No description. Say what it predicts, from what, and who owns it.</span> : description}</p>
      ) : (
        <div style={{ display: 'grid', gap: 8 }}>
          <Textarea aria-label="Description" autosize minRows={3} maxRows={14} value={draft} onChange={(event) => setDraft(event.currentTarget.value)} error={result.error === undefined ? null : toApiError(result.error).message} data-autofocus />
          <div style={{ display: 'flex', gap: 8 }}>
            <Button loading={result.fetching} onClick={() => void save()}>
              Save
            </Button>
            <Button variant="default" onClick={() => setDraft(null)}>
              Cancel
            </Button>
          </div>
        </div>
      )}
    </Section>
  );
}
