import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  UploadPartCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { isDomainError } from '@modelyard/kernel';
import type { MeasuredBody } from '../measured-body.js';
import { orderedParts } from '../object-key.js';
import type { MultipartUpload, StaleUpload, StoredObject, UploadedPart } from '../object-store.js';
import { s3Error } from './s3-errors.js';
import { sendable } from './s3-upload.js';

/** Bounds one sweep: pages of 1000 uploads that are looked at. */
const MAX_PAGES = 100;

/** Multipart uploads of one bucket. Keys are whole here, with the store's prefix. */
export class S3Multipart {
  constructor(
    private readonly client: S3Client,
    private readonly bucket: string,
  ) {}

  async create(key: string, contentType: string): Promise<string> {
    const { UploadId } = await this.client.send(new CreateMultipartUploadCommand({ Bucket: this.bucket, Key: key, ContentType: contentType }));
    return UploadId ?? '';
  }

  async putPart(upload: MultipartUpload, partNumber: number, body: MeasuredBody, contentLength: number): Promise<StoredObject> {
    const { ETag } = await this.client.send(
      new UploadPartCommand({ ...this.target(upload), PartNumber: partNumber, Body: await sendable(body, contentLength), ContentLength: contentLength }),
      { abortSignal: body.stopped },
    );
    return { sizeBytes: body.sizeBytes, sha256: body.sha256, etag: ETag ?? '' };
  }

  async complete(upload: MultipartUpload, parts: readonly UploadedPart[], ifNoneMatch: '*' | undefined): Promise<StoredObject> {
    const Parts = orderedParts(parts).map(({ partNumber, etag }) => ({ PartNumber: partNumber, ETag: etag }));
    const command = new CompleteMultipartUploadCommand({ ...this.target(upload), MultipartUpload: { Parts }, IfNoneMatch: ifNoneMatch });
    const { ETag } = await this.client.send(command);
    const { ContentLength } = await this.client.send(new HeadObjectCommand({ Bucket: this.bucket, Key: upload.key }));
    return { sizeBytes: ContentLength ?? 0, etag: ETag ?? '' };
  }

  async abort(upload: MultipartUpload): Promise<void> {
    try {
      await this.client.send(new AbortMultipartUploadCommand(this.target(upload)));
    } catch (error) {
      const translated = s3Error(error, upload.key, this.bucket);
      if (!isDomainError(translated, 'NOT_FOUND')) throw translated;
    }
  }

  async listStale(prefix: string, before: Date, limit: number): Promise<StaleUpload[]> {
    const stale: StaleUpload[] = [];
    let position: { KeyMarker?: string; UploadIdMarker?: string } = {};
    for (let page = 0; page < MAX_PAGES && stale.length < limit; page++) {
      const answer = await this.client.send(new ListMultipartUploadsCommand({ Bucket: this.bucket, Prefix: prefix, ...position }));
      for (const { Key, UploadId, Initiated } of answer.Uploads ?? []) {
        if (Key === undefined || UploadId === undefined || Initiated === undefined || Initiated >= before) continue;
        stale.push({ key: Key, uploadId: UploadId, startedAt: Initiated });
      }
      if (answer.IsTruncated !== true) break;
      position = { KeyMarker: answer.NextKeyMarker, UploadIdMarker: answer.NextUploadIdMarker };
    }
    return stale.slice(0, limit);
  }

  private target({ key, uploadId }: MultipartUpload) {
    return { Bucket: this.bucket, Key: key, UploadId: uploadId };
  }
}
