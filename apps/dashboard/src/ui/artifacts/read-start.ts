const MAX_BYTES = 256_000;

/** The beginning of a text file; the rest is never fetched. Throws a sentence for people. */
export async function readStart(url: string, signal: AbortSignal): Promise<{ text: string; cut: boolean }> {
  const response = await fetch(url, { signal });
  if (!response.ok) throw new Error(response.status === 404 ? 'The file is not there any more.' : `The server answered ${response.status} for this file.`);
  const reader = response.body?.getReader();
  if (reader === undefined) return { text: '', cut: false };
  const decoder = new TextDecoder();
  let text = '';
  let bytes = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return { text: text + decoder.decode(), cut: false };
    bytes += value.byteLength;
    text += decoder.decode(value, { stream: true });
    if (bytes < MAX_BYTES) continue;
    await reader.cancel();
    return { text: text.slice(0, MAX_BYTES), cut: true };
  }
}
