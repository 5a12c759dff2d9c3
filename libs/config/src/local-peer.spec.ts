import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer, Socket, type AddressInfo, type Server } from 'node:net';
import { endpoint, findOwner, peerCheck } from './local-peer.js';

const TABLE = `  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
   0: 0100007F:1388 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 41230 1 0000000000000000 100 0 0 10 0
   1: 0100007F:1388 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 41231 1 0000000000000000 20 4 30 10 -1
   2: 0100007F:C350 0100007F:1388 01 00000000:00000000 00:00000000 00000000 61007        0 41232 1 0000000000000000 20 4 30 10 -1
`;

it('knows the ends of a connection apart', () => {
  expect(findOwner(TABLE, endpoint('127.0.0.1', 50_000), endpoint('127.0.0.1', 5_000))).toEqual({ uid: 61_007, inode: '41232' });
  expect(findOwner(TABLE, endpoint('127.0.0.1', 5_000), endpoint('127.0.0.1', 50_000))).toEqual({ uid: 0, inode: '41231' });
  expect(findOwner(TABLE, endpoint('127.0.0.1', 50_001), endpoint('127.0.0.1', 5_000))).toBeNull();
});

it('writes addresses as the kernel does', () => {
  expect(endpoint('127.0.0.1', 80)).toBe('0100007F:0050');
  expect(endpoint('::1', 5_000)).toBe('00000000000000000000000001000000:1388');
});

(process.platform === 'linux' ? describe : describe.skip)('a connection', () => {
  let server: Server;
  const check = peerCheck({ MODELYARD_AUTH: 'local' });

  beforeEach(async () => {
    server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterEach(() => server.close());

  /** What the check says to the first connection, and to it once more. */
  async function verdictOn(connect: (port: number) => () => void): Promise<string> {
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const close = connect((server.address() as AddressInfo).port);
    const [socket] = await accepted;
    try {
      check(socket);
      check(socket);
      return 'the person';
    } catch (error) {
      return (error as Error).message;
    } finally {
      close();
      socket.destroy();
    }
  }

  const byProcess = (uid: number | undefined) => (port: number) => {
    const child = spawn(process.execPath, ['-e', `require('net').connect(${port}, '127.0.0.1')`], { stdio: 'inherit', ...(uid === undefined ? {} : { uid, gid: uid }) });
    return () => void child.kill('SIGKILL');
  };

  it('of another process of the person passes', async () => {
    expect(await verdictOn(byProcess(undefined))).toBe('the person');
  });

  (process.geteuid?.() === 0 ? it : it.skip)('of an account of models is refused, any other account is not', async () => {
    expect(await verdictOn(byProcess(61_003))).toMatch(/^A model is not the person/);
    expect(await verdictOn(byProcess(65_534))).toBe('the person');
  });

  it('whose other end is closed already is refused', async () => {
    const accepted = once(server, 'connection') as Promise<[Socket]>;
    const client = new Socket().connect((server.address() as AddressInfo).port, '127.0.0.1');
    const [socket] = await accepted;
    client.destroy();
    await once(client, 'close');
    expect(() => check(socket)).toThrow(/^A model is not the person/);
    socket.destroy();
    await once(socket, 'close');
    expect(() => check(socket)).toThrow(/^A model is not the person/);
  });

  it('is not looked at where credentials are required', () => {
    expect(() => peerCheck({ MODELYARD_AUTH: 'required' })(new Socket())).not.toThrow();
  });
});
