export function VersionPage() { return null; }
