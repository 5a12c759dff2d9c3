import path from 'node:path';
import { parseSource } from './source-address.js';

describe('what --from names', () => {
  it.each([
    ['sqlite:////srv/mlflow.db', '/srv/mlflow.db'],
    ['sqlite:///mlflow.db', path.resolve('mlflow.db')],
    ['/srv/mlflow.db', '/srv/mlflow.db'],
    ['mlflow.db', path.resolve('mlflow.db')],
  ])('reads %s as a file', (from, file) => {
    expect(parseSource(from)).toEqual({ kind: 'sqlite', file, label: file });
  });

  it("takes SQLAlchemy's driver out of a URL, and the password out of what is shown", () => {
    expect(parseSource('postgresql+psycopg2://u:secret@db:5432/mlflow')).toEqual({ kind: 'postgres', url: 'postgresql://u:secret@db:5432/mlflow', label: 'postgresql://db:5432/mlflow' });
    expect(parseSource('postgres://u:secret@db/mlflow')).toMatchObject({ label: 'postgresql://db/mlflow' });
  });

  it.each(['mysql+pymysql://u@h/db', 'mssql://h/db', 'postgresql://u:p@h:99999999/db'])('refuses %s with what to do', (from) => {
    expect(() => parseSource(from)).toThrow(/postgresql:\/\//);
  });
});
