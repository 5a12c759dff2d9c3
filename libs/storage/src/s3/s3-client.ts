import { S3Client } from '@aws-sdk/client-s3';

export interface S3StorageOptions {
  readonly kind: 's3';
  readonly bucket: string;
  /** Put before every key, ends in `/`: lets installations share a bucket. */
  readonly keyPrefix?: string;
  readonly region?: string;
  /** Of an S3 look-alike; Amazon's own without it. */
  readonly endpoint?: string;
  /** Without key and secret the SDK's usual places are asked (environment, profile, instance role). */
  readonly accessKeyId?: string;
  readonly secretAccessKey?: string;
  readonly sessionToken?: string;
  /** `endpoint/bucket/key` instead of `bucket.endpoint/key`: most look-alikes need it. */
  readonly forcePathStyle?: boolean;
  /** `WHEN_REQUIRED` for look-alikes that do not know checksum trailers. Default `WHEN_SUPPORTED`. */
  readonly checksums?: 'WHEN_SUPPORTED' | 'WHEN_REQUIRED';
  readonly maxSockets?: number;
  readonly connectTimeoutMs?: number;
  /** Longest silence on a connection; a transfer may take as long as it moves. */
  readonly idleTimeoutMs?: number;
  /** Tries of a request whose body can be sent again. */
  readonly maxAttempts?: number;
}

/** The client would write its warnings to the console, past our log; what matters comes as an error. */
const SILENT = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** The SDK's client with bounded sockets and times. */
export function createS3Client(options: S3StorageOptions): S3Client {
  const agent = { keepAlive: true, maxSockets: options.maxSockets ?? 64 };
  const checksums = options.checksums ?? 'WHEN_SUPPORTED';
  return new S3Client({
    region: options.region ?? 'us-east-1',
    endpoint: options.endpoint,
    credentials: credentialsOf(options),
    forcePathStyle: options.forcePathStyle ?? false,
    requestChecksumCalculation: checksums,
    responseChecksumValidation: checksums,
    logger: SILENT,
    maxAttempts: options.maxAttempts ?? 3,
    requestHandler: {
      connectionTimeout: options.connectTimeoutMs ?? 5_000,
      socketTimeout: options.idleTimeoutMs ?? 60_000,
      httpAgent: agent,
      httpsAgent: agent,
    },
  });
}

function credentialsOf({ accessKeyId, secretAccessKey, sessionToken }: S3StorageOptions) {
  if (accessKeyId === undefined || secretAccessKey === undefined) return undefined;
  return { accessKeyId, secretAccessKey, sessionToken };
}
