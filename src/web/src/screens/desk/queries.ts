import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { answer, client, type Schemas } from '../../api/client';
import { useWrite } from '../../api/write';

export const useCases = (state: 'open' | 'closed', mine: boolean) =>
  useInfiniteQuery({
    queryKey: ['cases', state, mine],
    initialPageParam: undefined as string | undefined,
    queryFn: ({ pageParam }) =>
      answer(client.GET('/api/v1/cases', { params: { query: { state, mine, ...(pageParam ? { cursor: pageParam } : {}) } } })),
    getNextPageParam: (page) => page.next ?? undefined,
  });

export const useIncidents = () =>
  useQuery({ queryKey: ['incidents'], queryFn: () => answer(client.GET('/api/v1/incidents')) });

export const useOpenCaseNow = () =>
  useWrite<void, Schemas['CaseDetail']>((_, header) => client.POST('/api/v1/cases/now', { params: { header }, body: {} }));

export const useOpenCase = () =>
  useWrite<Schemas['NewCase'], Schemas['CaseDetail']>((body, header) => client.POST('/api/v1/cases', { params: { header }, body }));

export const useImportCases = () =>
  useWrite<string, Schemas['ImportReport']>((text, header) =>
    client.POST('/api/v1/cases/import', {
      params: { header },
      headers: { 'Content-Type': 'text/csv' },
      body: text,
      bodySerializer: (body: unknown) => String(body),
    }),
  );
