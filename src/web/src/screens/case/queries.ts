/** What the case screen asks and changes. */
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { answer, client, type Schemas } from '../../api/client';
import { useWrite } from '../../api/write';

type S = Schemas;
export type CaseFile = S['CaseFile'];
export type Idea = S['Idea'];
export type Check = S['Check'];

export const useCase = (id: string) =>
  useQuery({ queryKey: ['case', id], queryFn: () => answer(client.GET('/api/v1/cases/{id}', { params: { path: { id } } })) });

export const useTiles = (id: string) =>
  useQuery({ queryKey: ['tiles', id], queryFn: () => answer(client.GET('/api/v1/cases/{id}/tiles', { params: { path: { id } } })) });

export const useMatchSuggestion = (id: string, enabled: boolean) =>
  useQuery({
    queryKey: ['match', id],
    enabled,
    queryFn: () => answer(client.GET('/api/v1/cases/{id}/match', { params: { path: { id } } })),
  });

export const useDocuments = () =>
  useQuery({ queryKey: ['documents'], staleTime: 300_000, queryFn: () => answer(client.GET('/api/v1/documents')) });

export interface Trial {
  amount?: string | undefined;
  minutes?: number | undefined;
  start_at?: string | undefined;
}

/** The verdict on an idea if it were done like `trial`; asks again as the trial changes, writes nothing. */
export const usePreview = (idea: string, trial: Trial, enabled: boolean) =>
  useQuery({
    queryKey: ['preview', idea, trial],
    enabled,
    placeholderData: keepPreviousData,
    queryFn: ({ signal }) =>
      answer(client.POST('/api/v1/ideas/{id}/preview', { params: { path: { id: idea } }, body: trial, signal })),
  });

export const useTapTile = (id: string) =>
  useWrite<string, S['Tap']>((gesture, header) =>
    client.POST('/api/v1/cases/{id}/tiles/{gesture}', { params: { path: { id, gesture }, header }, body: {} }));

export const useChangeCase = (id: string, version: number) =>
  useWrite<S['CaseChange'], S['CaseDetail']>((body, header) =>
    client.PATCH('/api/v1/cases/{id}', { params: { path: { id }, header }, headers: { 'If-Match': `"${version}"` }, body }));

export const useCloseCase = (id: string) =>
  useWrite<void, S['CaseDetail']>((_, header) => client.POST('/api/v1/cases/{id}/close', { params: { path: { id }, header } }));

export const useMarkAsEvidence = (id: string) =>
  useWrite<boolean, S['CaseDetail']>((use_as_evidence, header) =>
    client.POST('/api/v1/cases/{id}/evidence', { params: { path: { id }, header }, body: { use_as_evidence } }));

export const useTakeStep = (id: string) =>
  useWrite<S['NewCaseStep'], S['CaseStep']>((body, header) =>
    client.POST('/api/v1/cases/{id}/steps', { params: { path: { id }, header }, body }));

export const useConsultDocument = (id: string) =>
  useWrite<S['DocumentConsulted'], S['DocumentSeen']>((body, header) =>
    client.POST('/api/v1/cases/{id}/documents-consulted', { params: { path: { id }, header }, body }));

export const useExplainOffer = (id: string) =>
  useWrite<S['NewOfferExplanation'], S['OfferExplanation']>((body, header) =>
    client.POST('/api/v1/cases/{id}/offer-explanations', { params: { path: { id }, header }, body }));

export const useNoteExpectation = (id: string) =>
  useWrite<S['NewExpectation'], S['Expectation']>((body, header) =>
    client.POST('/api/v1/cases/{id}/expectations', { params: { path: { id }, header }, body }));

export const useNotePerception = (id: string) =>
  useWrite<S['NewPerception'], S['Perception']>((body, header) =>
    client.POST('/api/v1/cases/{id}/perceptions', { params: { path: { id }, header }, body }));

export const useMatchOffer = (id: string) =>
  useWrite<S['NewMatch'], S['Match']>((body, header) =>
    client.POST('/api/v1/cases/{id}/match', { params: { path: { id }, header }, body }));

export const useProposeIdea = (id: string) =>
  useWrite<S['NewIdea'], S['Idea']>((body, header) =>
    client.POST('/api/v1/cases/{id}/ideas', { params: { path: { id }, header }, body }));

export interface CheckOf {
  idea: string;
  request: S['CheckRequest'];
}

export const useCheckIdea = () =>
  useWrite<CheckOf, S['Check']>(({ idea, request }, header) =>
    client.POST('/api/v1/ideas/{id}/check', { params: { path: { id: idea }, header }, body: request }));

export const useChooseIdea = (idea: string) =>
  useWrite<S['Choice'], S['Idea']>((body, header) =>
    client.POST('/api/v1/ideas/{id}/choose', { params: { path: { id: idea }, header }, body }));

export const useConsult = (idea: string) =>
  useWrite<S['NewConsultation'], S['Consultation']>((body, header) =>
    client.POST('/api/v1/ideas/{id}/consultations', { params: { path: { id: idea }, header }, body }));

export const useWithdraw = (consultation: string) =>
  useWrite<void, S['Consultation']>((_, header) =>
    client.POST('/api/v1/consultations/{id}/withdraw', { params: { path: { id: consultation }, header } }));

export const useTakeAction = (idea: string) =>
  useWrite<S['NewAction'], S['Action']>((body, header) =>
    client.POST('/api/v1/ideas/{id}/actions', { params: { path: { id: idea }, header }, body }));

/** A gesture that is to be done later: spent at once, and on the desk until it is done. */
export const usePlanAction = () =>
  useWrite<string, S['Action']>((idea, header) =>
    client.POST('/api/v1/ideas/{id}/actions', { params: { path: { id: idea }, header }, body: { state: 'planned' } }));

export const useMakePromise = (action: string) =>
  useWrite<S['PromiseInput'], S['Promise']>((body, header) =>
    client.POST('/api/v1/actions/{id}/promises', { params: { path: { id: action }, header }, body }));

export const useNoteOutcome = (action: string) =>
  useWrite<S['NewOutcome'], S['Outcome']>((body, header) =>
    client.POST('/api/v1/actions/{id}/outcomes', { params: { path: { id: action }, header }, body }));

export const useAcknowledge = (passedOn: string) =>
  useWrite<void, S['PassedOn']>((_, header) =>
    client.POST('/api/v1/feedback-passed-on/{id}/acknowledge', { params: { path: { id: passedOn }, header } }));

export const useProposeRoutine = () =>
  useWrite<S['NewProposal'], S['Proposal']>((body, header) => client.POST('/api/v1/proposals', { params: { header }, body }));
