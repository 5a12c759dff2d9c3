import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';

/** For tests: a package index (PEP 503) on loopback with source packages that build, or fail to, without other packages. */
export class PackageIndex {
  /** Paths that were asked for. */
  readonly requests: string[] = [];

  private constructor(
    private readonly server: Server,
    readonly url: string,
  ) {}

  static async start(packages: Readonly<Record<string, 'builds' | 'fails' | 'hangs'>>): Promise<PackageIndex> {
    const server = createServer();
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const index = new PackageIndex(server, `http://127.0.0.1:${(server.address() as AddressInfo).port}/simple`);
    server.on('request', (request, response) => {
      const path = request.url ?? '';
      index.requests.push(path);
      const name = /^\/(?:simple|files)\/([a-z]+)/.exec(path)?.[1] ?? '';
      const kind = packages[name];
      if (kind === undefined) response.writeHead(404).end();
      else if (kind === 'hangs') return;
      else if (path.startsWith('/files/')) response.end(sourcePackage(name, kind));
      else response.setHeader('content-type', 'text/html').end(`<a href="/files/${name}-1.0.tar.gz">${name}-1.0.tar.gz</a>`);
    });
    return index;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

/** A build back end (PEP 517) of its own, so that not even setuptools is needed. */
function backend(name: string, kind: 'builds' | 'fails'): string {
  return `
import os, zipfile
INFO = "${name}-1.0.dist-info"
METADATA = "Metadata-Version: 2.1\\nName: ${name}\\nVersion: 1.0\\n"
WHEEL = "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n"
def prepare_metadata_for_build_wheel(directory, settings=None):
    os.mkdir(os.path.join(directory, INFO))
    for file, text in (("METADATA", METADATA), ("WHEEL", WHEEL)):
        with open(os.path.join(directory, INFO, file), "w") as out: out.write(text)
    return INFO
def build_wheel(directory, settings=None, metadata=None):
    ${kind === 'fails' ? 'raise RuntimeError("no compiler here")' : 'pass'}
    file = "${name}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(os.path.join(directory, file), "w") as wheel:
        wheel.writestr("${name}.py", "import os; BUILT_AS = %d; BUILD_ENVIRONMENT = %r" % (os.getuid(), sorted(os.environ)))
        wheel.writestr(INFO + "/METADATA", METADATA)
        wheel.writestr(INFO + "/WHEEL", WHEEL)
        wheel.writestr(INFO + "/RECORD", "".join("%s,,\\n" % n for n in ("${name}.py", INFO + "/METADATA", INFO + "/WHEEL", INFO + "/RECORD")))
    return file
`;
}

function sourcePackage(name: string, kind: 'builds' | 'fails'): Buffer {
  return gzipSync(
    Buffer.concat([
      tarEntry(`${name}-1.0/pyproject.toml`, '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'),
      tarEntry(`${name}-1.0/PKG-INFO`, `Metadata-Version: 2.1\nName: ${name}\nVersion: 1.0\n`),
      tarEntry(`${name}-1.0/backend.py`, backend(name, kind)),
      Buffer.alloc(1024),
    ]),
  );
}

/** One file in the ustar format. */
function tarEntry(name: string, text: string): Buffer {
  const content = Buffer.from(text);
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write('0000000\0', 108);
  header.write('0000000\0', 116);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('00000000000\0', 136);
  header.write(' '.repeat(8), 148);
  header.write('0', 156);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}
