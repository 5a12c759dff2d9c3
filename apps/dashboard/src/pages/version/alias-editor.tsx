import { ActionIcon, Button, Modal, TextInput, Tooltip } from '@mantine/core';
import { IconFlag, IconX } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useMutation } from 'urql';
import { toApiError } from '../../api/api-error.js';
import type { ModelAlias } from '../../api/types.js';
import { useToast } from '../../ui/toast.js';
import classes from './version.module.css';
import { DELETE_ALIAS, SET_ALIAS } from './version.graphql.js';

interface AliasEditorProps {
  readonly model: { readonly name: string; readonly aliases: readonly ModelAlias[] };
  readonly version: string;
  readonly onChanged: () => void;
}

/** Aliases of this version: set one, move one here from another version, take one off. */
export function AliasEditor({ model, version, onChanged }: AliasEditorProps) {
  const [alias, setAlias] = useState('');
  const [removing, setRemoving] = useState<string | null>(null);
  const [setting, set] = useMutation(SET_ALIAS);
  const [deleting, remove] = useMutation(DELETE_ALIAS);
  const toast = useToast();
  const own = model.aliases.filter((each) => each.version === version);
  const others = model.aliases.filter((each) => each.version !== version);
  const move = async (name: string) => {
    const { error } = await set({ input: { name: model.name, alias: name, version: Number(version) } });
    if (error !== undefined) return;
    setAlias('');
    toast(`${name} now names version ${version}`);
    onChanged();
  };
  const takeOff = async (name: string) => {
    const { error } = await remove({ input: { name: model.name, alias: name } });
    if (error !== undefined) return;
    setRemoving(null);
    toast(`${name} was removed`);
    onChanged();
  };
  const known = model.aliases.find((each) => each.alias === alias.trim());
  const error = setting.error ?? deleting.error;
  return (
    <div className={classes.aliases}>
      {own.map(({ alias: name }) => (
        <div key={name} className={classes.alias}>
          <IconFlag size={14} stroke={1.8} aria-hidden />
          <span>{name}</span>
          <Tooltip label={`Remove alias ${name}`}>
            <ActionIcon size="sm" aria-label={`Remove alias ${name}`} onClick={() => setRemoving(name)}>
              <IconX size={14} />
            </ActionIcon>
          </Tooltip>
        </div>
      ))}
      <form
        className={classes.aliasForm}
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          void move(alias.trim());
        }}
      >
        <TextInput aria-label="Alias" placeholder="champion" value={alias} onChange={(event) => setAlias(event.currentTarget.value)} list="known-aliases" maxLength={255} />
        <datalist id="known-aliases">
          {others.map((each) => (
            <option key={each.alias} value={each.alias}>{`on version ${each.version}`}</option>
          ))}
        </datalist>
        <Button type="submit" variant="default" size="sm" disabled={alias.trim() === '' || known?.version === version} loading={setting.fetching}>
          {known === undefined || known.version === version ? 'Set alias' : `Move from version ${known.version}`}
        </Button>
      </form>
      {error === undefined ? null : (
        <p role="alert" className={classes.aliasError}>
          {toApiError(error).message}
        </p>
      )}
      <Modal opened={removing !== null} onClose={() => setRemoving(null)} title={`Remove alias ${removing ?? ''}`}>
        <p style={{ marginTop: 0 }}>
          Clients that load <code>{`models:/${model.name}@${removing ?? ''}`}</code> will fail until it is set again.
        </p>
        <Button color="red" loading={deleting.fetching} onClick={() => removing !== null && void takeOff(removing)}>
          Remove alias
        </Button>
      </Modal>
    </div>
  );
}
