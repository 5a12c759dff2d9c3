import { Button, PasswordInput } from '@mantine/core';
import { useEffect, useState, type FormEvent } from 'react';
import { Mark } from '../../app/mark.js';
import classes from './login-page.module.css';

/** Asks for a token and trades it for a session cookie that scripts cannot read. */
export function LoginPage({ prefix, onLoggedIn }: { prefix: string; onLoggedIn: () => void }) {
  const [token, setToken] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<string | null>(null);
  useEffect(() => {
    document.title = 'Log in · Modelyard';
  }, []);
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setBusy(true);
    const failure = await openSession(prefix, token.trim());
    setBusy(false);
    setError(failure);
    if (failure === null) onLoggedIn();
  };
  return (
    <main className={classes.page}>
      <form className={classes.form} onSubmit={(event) => void submit(event)} aria-label="Log in">
        <div className={classes.brand}>
          <Mark size={28} />
          <h1>Log in to Modelyard</h1>
        </div>
        <PasswordInput label="Token" description="Starts with my_" value={token} onChange={(event) => setToken(event.currentTarget.value)} error={error} autoFocus autoComplete="current-password" required />
        <Button type="submit" size="sm" loading={busy} fullWidth>
          Log in
        </Button>
        <p className="soft">
          No token yet? On the server, run <code>npx modelyard token create</code>, or ask an owner of your organization.
        </p>
      </form>
    </main>
  );
}

/** Null when the session is open, else what to tell the person. */
async function openSession(prefix: string, token: string): Promise<string | null> {
  try {
    const response = await fetch(`${prefix}/session`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token }) });
    if (response.ok) return null;
    const body = (await response.json().catch(() => null)) as { error?: { message?: unknown } } | null;
    const message = body?.error?.message;
    return typeof message === 'string' ? message : `The server answered ${response.status}. Check the token and try again.`;
  } catch {
    return 'The server cannot be reached. Check that Modelyard runs, then try again.';
  }
}
