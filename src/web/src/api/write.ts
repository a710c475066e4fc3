/**
 * `useWrite`: one change on the server. Its Idempotency-Key stays the same over retries, so that a tap whose answer was
 * lost on the way is never done twice; afterwards every query on the screen is read again.
 */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { answer, ProblemError } from './client';

export type Key = { header: { 'Idempotency-Key': string } };

export interface Write<Input, Answer> {
  run(input: Input, then?: (answer: Answer) => void): void;
  reset(): void;
  busy: boolean;
  error: unknown;
  data: Answer | undefined;
}

/** A random version 4 UUID; `crypto.randomUUID` exists only on secure origins, a shop's till may not be one. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function isUnreachable(error: unknown): boolean {
  return error instanceof ProblemError && (error.problem.status === 0 || error.problem.status === 503);
}

export function useWrite<Input, Answer>(
  send: (input: Input, params: Key['header']) => Parameters<typeof answer<Answer>>[0],
): Write<Input, Answer> {
  const queries = useQueryClient();
  const mutation = useMutation({
    mutationFn: ({ input, key }: { input: Input; key: string }) => answer<Answer>(send(input, { 'Idempotency-Key': key })),
    retry: (failures, error) => failures < 2 && isUnreachable(error),
    retryDelay: 400,
    onSettled: () => queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'session' }),
  });
  return {
    run: (input, then) => mutation.mutate({ input, key: newKey() }, { onSuccess: (data) => then?.(data) }),
    reset: mutation.reset,
    busy: mutation.isPending,
    error: mutation.error,
    data: mutation.data,
  };
}
