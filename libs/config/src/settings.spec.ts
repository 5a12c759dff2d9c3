import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parseSettings, publicUrl, SETTINGS, SettingsError } from './settings.js';

describe('settings', () => {
  it('lists exactly the settings of the schema in .env.example', () => {
    const text = readFileSync(path.join(process.cwd(), '.env.example'), 'utf8');
    const names = [...text.matchAll(/^#? ?([A-Z][A-Z0-9_]+)=/gm)].map((match) => match[1]);
    expect(names.sort()).toEqual(Object.keys(SETTINGS).sort());
  });

  it('lets a request in without credentials on loopback only', () => {
    expect(parseSettings({}).MODELYARD_AUTH).toBe('local');
    expect(parseSettings({ MODELYARD_HOST: '0.0.0.0' }).MODELYARD_AUTH).toBe('required');
    expect(() => parseSettings({ MODELYARD_HOST: '0.0.0.0', MODELYARD_AUTH: 'local' })).toThrow(SettingsError);
  });

  it('runs models on this machine only in local mode or when told to', () => {
    expect(parseSettings({}).MODELYARD_LOCAL_TARGET).toBe(true);
    expect(parseSettings({ MODELYARD_AUTH: 'required' }).MODELYARD_LOCAL_TARGET).toBe(false);
    expect(parseSettings({ MODELYARD_AUTH: 'required', MODELYARD_LOCAL_TARGET: '1' }).MODELYARD_LOCAL_TARGET).toBe(true);
  });

  it('names the setting that is wrong', () => {
    expect(() => parseSettings({ MODELYARD_PORT: 'http' })).toThrow(/MODELYARD_PORT/);
    expect(() => parseSettings({ MODELYARD_PUBLIC_URL: 'not a url' })).toThrow(/MODELYARD_PUBLIC_URL/);
  });

  it('treats an empty value as unset', () => {
    expect(parseSettings({ DATABASE_URL: '' }).DATABASE_URL).toBeUndefined();
  });

  it('keeps a sub-path in the public URL', () => {
    expect(publicUrl(parseSettings({ MODELYARD_PUBLIC_URL: 'https://ml.example.org/yard/' }))).toBe('https://ml.example.org/yard');
    expect(publicUrl(parseSettings({ MODELYARD_PORT: '5050' }))).toBe('http://127.0.0.1:5050');
  });
});
