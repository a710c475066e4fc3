/** What the incident screens ask and change. */
import { useQuery } from '@tanstack/react-query';
import { answer, client, type Schemas } from '../../api/client';
import { useWrite } from '../../api/write';

type S = Schemas;
export type IncidentFile = S['IncidentFile'];
export type Affected = S['Affected'];
export type Piece = S['IncidentPiece'];

export const useIncidents = () =>
  useQuery({ queryKey: ['incidents'], queryFn: () => answer(client.GET('/api/v1/incidents')) });

export const useIncident = (id: string) =>
  useQuery({ queryKey: ['incident', id], queryFn: () => answer(client.GET('/api/v1/incidents/{id}', { params: { path: { id } } })) });

export const useReport = () =>
  useWrite<S['NewIncident'], S['Incident']>((body, header) => client.POST('/api/v1/incidents', { params: { header }, body }));

export const useClose = (id: string) =>
  useWrite<void, S['Incident']>((_, header) => client.POST('/api/v1/incidents/{id}/close', { params: { path: { id }, header } }));

export interface Search {
  reason?: string | undefined;
  channel?: S['Channel'] | undefined;
  team?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

export const useCandidates = (id: string, search: Search | null) =>
  useQuery({
    queryKey: ['candidates', id, search],
    enabled: search !== null,
    queryFn: () => answer(client.GET('/api/v1/incidents/{id}/candidates', { params: { path: { id }, query: search ?? {} } })),
  });

export const useAddAffected = (id: string) =>
  useWrite<S['NewAffected'], S['AffectedReport']>((body, header) =>
    client.POST('/api/v1/incidents/{id}/affected', { params: { path: { id }, header }, body }));

export const useImportAffected = (id: string) =>
  useWrite<string, S['AffectedReport']>((text, header) =>
    client.POST('/api/v1/incidents/{id}/affected', {
      params: { path: { id }, header },
      headers: { 'Content-Type': 'text/csv' },
      body: text as unknown as S['NewAffected'],
      bodySerializer: (body: unknown) => String(body),
    }));

export const useRemoveAffected = (id: string) =>
  useWrite<string, unknown>((one, header) =>
    client.DELETE('/api/v1/incidents/{id}/affected/{case}', { params: { path: { id, case: one }, header } }));

export const useProposeForAll = (id: string) =>
  useWrite<S['NewIdea'], S['Idea']>((body, header) =>
    client.POST('/api/v1/incidents/{id}/ideas', { params: { path: { id }, header }, body }));

export const usePlan = (id: string) =>
  useWrite<S['NewFulfilment'], S['FulfilmentPlanned']>((body, header) =>
    client.POST('/api/v1/incidents/{id}/fulfilments', { params: { path: { id }, header }, body }));

export const useNext = (id: string) =>
  useWrite<void, Piece>((_, header) => client.POST('/api/v1/incidents/{id}/next', { params: { path: { id }, header } }));

export const useFinish = (piece: string) =>
  useWrite<S['PieceDone'], Piece>((body, header) =>
    client.POST('/api/v1/incident-pieces/{id}/done', { params: { path: { id: piece }, header }, body }));

export const useTell = (piece: string) =>
  useWrite<S['PieceDone'], Piece>((body, header) =>
    client.POST('/api/v1/incident-pieces/{id}/told', { params: { path: { id: piece }, header }, body }));

export const usePutBack = (piece: string) =>
  useWrite<void, Piece>((_, header) =>
    client.POST('/api/v1/incident-pieces/{id}/put-back', { params: { path: { id: piece }, header } }));

export const useCancelFulfilment = () =>
  useWrite<string, S['FulfilmentCancelled']>((id, header) =>
    client.POST('/api/v1/fulfilments/{id}/cancel', { params: { path: { id }, header } }));
