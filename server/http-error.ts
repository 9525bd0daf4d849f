import type { RequestRefusal } from '../shared/protocol.ts';

/** A refusal as the wire knows it: a status, a code for programs, a sentence for people. */
export class HttpError extends Error {
  override name = 'HttpError';
  readonly status: number;
  readonly code: string;
  /** Not before this many seconds, for 429 and 503. */
  readonly retryAfterS: number | undefined;

  constructor(status: number, code: string, message: string, retryAfterS?: number) {
    super(message);
    this.status = status;
    this.code = code;
    this.retryAfterS = retryAfterS;
  }
}

/** A whole request refused for what its body says, with a code that the register knows as such. */
export function bodyRefusal(code: RequestRefusal, message: string): HttpError {
  return new HttpError(code === 'body-too-large' ? 413 : 400, code, message);
}

/** The refusal to answer with, whatever was thrown; what is not ours says nothing of itself. */
export function asHttpError(error: unknown): HttpError {
  if (error instanceof HttpError) return error;
  const type = (error as { type?: unknown } | null | undefined)?.type;
  switch (type) {
    case 'entity.parse.failed':
      return bodyRefusal('not-json', 'The body is not valid JSON.');
    case 'entity.too.large':
      return bodyRefusal('body-too-large', 'The body is larger than 256 KiB.');
    case 'charset.unsupported':
    case 'encoding.unsupported':
      return new HttpError(415, 'wrong-content-type', 'Send the body as JSON in UTF-8.');
    case 'request.size.invalid':
    case 'request.aborted':
      return new HttpError(400, 'body-incomplete', 'The body ended before it was complete.');
    default:
      break;
  }
  if (error instanceof URIError) {
    return new HttpError(400, 'bad-address', 'The address holds a broken escape.');
  }
  const status = (error as { status?: unknown } | null | undefined)?.status;
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return new HttpError(status, 'bad-request', 'The request could not be read.');
  }
  return new HttpError(500, 'internal', 'The server failed. Nothing was lost: send it again.');
}
