/**
 * The one way to the server: a typed client of the contract, with the CSRF token and errors as `ProblemError`.
 *
 *   const file = await answer(client.GET('/api/v1/cases/{id}', { params: { path: { id } } }));
 */
import createClient from 'openapi-fetch';
import { words } from '../words';
import type { components, paths } from './schema';

export type Schemas = components['schemas'];
export type Problem = Schemas['Problem'];

/** What the server refused, or that it could not be reached (`status` 0). */
export class ProblemError extends Error {
  constructor(readonly problem: Problem) {
    super(problem.detail);
  }
}

let csrfToken: string | null = null;

/** Called with every session answer; later writes carry its token. */
export function rememberCsrfToken(token: string | null): void {
  csrfToken = token;
}

export const client = createClient<paths>({
  baseUrl: globalThis.location?.origin ?? '',
  credentials: 'same-origin',
  fetch: (request) => globalThis.fetch(request),
});

client.use({
  onRequest({ request }) {
    if (request.method !== 'GET' && csrfToken) request.headers.set('X-CSRF-Token', csrfToken);
    return request;
  },
});

function unreachable(): Problem {
  return {
    type: 'about:blank',
    title: words.problem.unreachableTitle,
    status: 0,
    code: 'unreachable',
    detail: words.problem.unreachable,
    advice: words.problem.unreachableAdvice,
  };
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'detail' in value && 'status' in value;
}

function unexpected(status: number): Problem {
  return {
    type: 'about:blank',
    title: words.problem.unexpectedTitle,
    status,
    code: 'unexpected',
    detail: words.problem.unexpected(status),
    advice: words.problem.unexpectedAdvice,
  };
}

type Reply<T> = { data?: T; error?: unknown; response: Response };

/** The answer's body, or a ProblemError. */
export async function answer<T>(call: Promise<Reply<T>>): Promise<T> {
  let reply: Reply<T>;
  try {
    reply = await call;
  } catch {
    throw new ProblemError(unreachable());
  }
  if (reply.response.ok) return reply.data as T;
  throw new ProblemError(isProblem(reply.error) ? reply.error : unexpected(reply.response.status));
}

/** The problem behind any error, for showing. */
export function problemOf(error: unknown): Problem | null {
  if (!error) return null;
  return error instanceof ProblemError ? error.problem : unexpected(0);
}
