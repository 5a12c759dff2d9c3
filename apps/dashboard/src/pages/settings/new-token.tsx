import { Button, Modal, NumberInput, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useState, type FormEvent } from 'react';
import { useMutation } from 'urql';
import { toApiError } from '../../api/api-error.js';
import { useSession } from '../../app/session.js';
import { Snippet } from '../../ui/snippet.js';
import { CREATE_TOKEN } from './settings.graphql.js';

/** Button and dialog that make a token and show its text this once. */
export function NewToken({ onCreated }: { onCreated: () => void }) {
  const { project } = useSession();
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState('');
  const [days, setDays] = useState<number | string>(90);
  const [text, setText] = useState<string | null>(null);
  const [result, create] = useMutation(CREATE_TOKEN);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { data } = await create({ input: { name: name.trim(), expiresInDays: Number(days) } });
    if (data === undefined || data === null) return;
    setText(data.createToken.text);
    onCreated();
  };
  const close = () => {
    setOpened(false);
    setText(null);
    setName('');
  };
  return (
    <>
      <Button leftSection={<IconPlus size={14} />} onClick={() => setOpened(true)}>
        New token
      </Button>
      <Modal opened={opened} onClose={close} title={text === null ? 'New token' : 'Copy your token'} size={520} closeOnClickOutside={text === null}>
        {text === null ? (
          <form onSubmit={(event) => void submit(event)} style={{ display: 'grid', gap: 12 }}>
            <TextInput label="What is it for?" placeholder="laptop" value={name} onChange={(event) => setName(event.currentTarget.value)} error={result.error === undefined ? null : toApiError(result.error).message} data-autofocus required maxLength={100} />
            <NumberInput label="Days until it expires" min={1} max={365} allowDecimal={false} value={days} onChange={setDays} maw={180} />
            <Button type="submit" loading={result.fetching} disabled={name.trim() === ''} style={{ justifySelf: 'end' }}>
              Create token
            </Button>
          </form>
        ) : (
          <div style={{ display: 'grid', gap: 12 }}>
            <p style={{ margin: 0 }}>It is shown this once. Keep it like a password.</p>
            <Snippet title="Token" code={text} />
            <Snippet title="Shell" code={`export MLFLOW_TRACKING_URI=${project.trackingUri}\nexport MLFLOW_TRACKING_TOKEN=${text}`} />
            <Button onClick={close} style={{ justifySelf: 'end' }}>
              Done
            </Button>
          </div>
        )}
      </Modal>
    </>
  );
}
