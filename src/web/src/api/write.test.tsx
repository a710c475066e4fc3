import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { act, renderHook, waitFor } from '@testing-library/react';
import type { ReactNode } from 'react';
import { expect, it, vi } from 'vitest';
import { client, rememberCsrfToken } from './client';
import { useWrite } from './write';

function withQueries({ children }: { children: ReactNode }) {
  return <QueryClientProvider client={new QueryClient()}>{children}</QueryClientProvider>;
}

const useNow = () => useWrite<void, unknown>((_, header) => client.POST('/api/v1/cases/now', { params: { header }, body: {} }));

it('keeps its Idempotency-Key when an answer was lost, and takes a new one for the next tap', async () => {
  const keys: (string | null)[] = [];
  vi.stubGlobal('fetch', async (request: Request) => {
    keys.push(request.headers.get('Idempotency-Key'));
    if (keys.length === 1) throw new TypeError('connection reset');
    return new Response('{}', { status: 201, headers: { 'Content-Type': 'application/json' } });
  });
  const { result } = renderHook(useNow, { wrapper: withQueries });
  act(() => result.current.run());
  await waitFor(() => expect(result.current.data).toBeDefined());
  expect(keys[0]).toMatch(/^[0-9a-f-]{36}$/);
  expect(keys[1]).toBe(keys[0]);
  act(() => result.current.run());
  await waitFor(() => expect(keys).toHaveLength(3));
  expect(keys[2]).not.toBe(keys[0]);
});

it('carries the session’s CSRF token', async () => {
  let token: string | null = null;
  vi.stubGlobal('fetch', async (request: Request) => {
    token = request.headers.get('X-CSRF-Token');
    return new Response('{}', { status: 201, headers: { 'Content-Type': 'application/json' } });
  });
  rememberCsrfToken('abc');
  const { result } = renderHook(useNow, { wrapper: withQueries });
  act(() => result.current.run());
  await waitFor(() => expect(token).toBe('abc'));
});

it('does not repeat what the server refused', async () => {
  let calls = 0;
  vi.stubGlobal('fetch', async () => {
    calls += 1;
    const problem = { type: 'about:blank', title: 'No', status: 422, code: 'no', detail: 'No.' };
    return new Response(JSON.stringify(problem), { status: 422, headers: { 'Content-Type': 'application/problem+json' } });
  });
  const { result } = renderHook(useNow, { wrapper: withQueries });
  act(() => result.current.run());
  await waitFor(() => expect(result.current.error).toBeTruthy());
  expect(calls).toBe(1);
});
