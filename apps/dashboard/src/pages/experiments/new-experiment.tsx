import { Button, Modal, TextInput } from '@mantine/core';
import { IconPlus } from '@tabler/icons-react';
import { useNavigate } from '@tanstack/react-router';
import { useState, type FormEvent } from 'react';
import { useMutation } from 'urql';
import { toApiError } from '../../api/api-error.js';
import { CREATE_EXPERIMENT } from './experiments.graphql.js';

/** Button and dialog that make an experiment and open it. */
export function NewExperiment() {
  const [opened, setOpened] = useState(false);
  const [name, setName] = useState('');
  const [result, create] = useMutation(CREATE_EXPERIMENT);
  const navigate = useNavigate();
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    const { data } = await create({ input: { name: name.trim() } });
    if (data === undefined || data === null) return;
    setOpened(false);
    void navigate({ to: '/experiments/$experimentId', params: { experimentId: data.createExperiment.experiment.experimentId } });
  };
  return (
    <>
      <Button leftSection={<IconPlus size={14} />} onClick={() => setOpened(true)}>
        New experiment
      </Button>
      <Modal opened={opened} onClose={() => setOpened(false)} title="New experiment">
        <form onSubmit={(event) => void submit(event)} style={{ display: 'grid', gap: 12 }}>
          <TextInput label="Name" description="Clients choose it by mlflow.set_experiment(name)." value={name} onChange={(event) => setName(event.currentTarget.value)} error={result.error === undefined ? null : toApiError(result.error).message} data-autofocus required maxLength={500} />
          <Button type="submit" loading={result.fetching} disabled={name.trim() === ''} style={{ justifySelf: 'end' }}>
            Create experiment
          </Button>
        </form>
      </Modal>
    </>
  );
}
