import { prettyJson } from '../../ui/format.js';
import { Snippet } from '../../ui/snippet.js';
import { Table } from '../../ui/table.js';
import { readSignature } from '../../ui/signature.js';

/** Inputs or outputs by name and type; unknown shapes as the JSON they are. */
export function SignatureTable({ label, json }: { label: string; json: string | null }) {
  if (json === null) return <p className="soft">{label}: not given.</p>;
  const fields = readSignature(json);
  if (fields === null) return <Snippet title={label} code={prettyJson(json)} />;
  return (
    <div style={{ marginBottom: 14 }}>
      <Table label={label} columns={[{ label }, { label: 'Type' }, { label: '', width: 90 }]}>
        {fields.map((field) => (
          <tr key={field.name}>
            <td>{field.name}</td>
            <td>
              <code>{field.type}</code>
            </td>
            <td className="soft">{field.required ? 'required' : 'optional'}</td>
          </tr>
        ))}
      </Table>
    </div>
  );
}
