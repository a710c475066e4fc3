/** Shows the page at an address, against the organisation in memory. */
import { createMemoryHistory, RouterProvider } from '@tanstack/react-router';
import { QueryClientProvider } from '@tanstack/react-query';
import { render } from '@testing-library/react';
import userEvent from '@testing-library/user-event';
import { vi } from 'vitest';
import { makeQueryClient } from '../api/query_client';
import { makeRouter } from '../router';
import { createMock, type Mock } from './mock_api';

/** Node's Request refuses the AbortSignal of jsdom; here nothing needs to be aborted. */
class RequestWithoutSignal extends Request {
  constructor(input: RequestInfo | URL, init?: RequestInit) {
    super(input, { ...init, signal: null });
  }
}

export function answerFrom(mock: Mock): void {
  vi.stubGlobal('Request', RequestWithoutSignal);
  vi.stubGlobal('fetch', async (request: Request) => {
    const reply = mock.answer(request.method, request.url, await request.text());
    const type = reply.status < 400 ? 'application/json' : 'application/problem+json';
    return new Response(reply.body === undefined ? null : JSON.stringify(reply.body), { status: reply.status, headers: { 'Content-Type': type } });
  });
}

export function showPage(address: string, mock: Mock = createMock()) {
  answerFrom(mock);
  const queries = makeQueryClient();
  const router = makeRouter(queries, createMemoryHistory({ initialEntries: [address] }));
  const shown = render(
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>,
  );
  // No pauses between keys, no walk up the tree at every click: what covers what is seen in a browser.
  return { mock, router, user: userEvent.setup({ delay: null, pointerEventsCheck: 0 }), ...shown };
}

/** The address of the first case of the organisation in memory: a complaint by phone. */
export function firstCase(mock: Mock): string {
  const reply = mock.answer('GET', '/api/v1/cases?state=open', '');
  return `/cases/${(reply.body as { items: { id: string }[] }).items[0]!.id}`;
}
