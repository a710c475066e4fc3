/** Changes to one record, used by the case and by the end-of-shift card alike. */
import { client, type Schemas } from '../../api/client';
import { useWrite } from '../../api/write';

type S = Schemas;

export const useTellCustomer = (id: string) =>
  useWrite<S['NewAwareness'], S['Awareness']>((body, header) =>
    client.POST('/api/v1/actions/{id}/awareness', { params: { path: { id }, header }, body }));

export const useObserveEffect = (id: string) =>
  useWrite<S['NewEffect'], S['Effect']>((body, header) =>
    client.POST('/api/v1/actions/{id}/effects', { params: { path: { id }, header }, body }));

export const useNoteFeedback = (id: string) =>
  useWrite<S['NewFeedback'], S['Feedback']>((body, header) =>
    client.POST('/api/v1/cases/{id}/feedback', { params: { path: { id }, header }, body }));

export const usePassOn = (id: string) =>
  useWrite<S['PassOn'], S['PassedOn']>((body, header) =>
    client.POST('/api/v1/feedback/{id}/pass-on', { params: { path: { id }, header }, body }));

export const useSettlePromise = (id: string) =>
  useWrite<S['PromiseSettled'], S['Promise']>((body, header) =>
    client.POST('/api/v1/promises/{id}/settle', { params: { path: { id }, header }, body }));

export const useConfirmConsultation = (id: string) =>
  useWrite<void, S['Consultation']>((_, header) =>
    client.POST('/api/v1/consultations/{id}/confirm', { params: { path: { id }, header } }));

export const useChangeAction = (id: string) =>
  useWrite<S['ActionChange'], S['Action']>((body, header) =>
    client.POST('/api/v1/actions/{id}/state', { params: { path: { id }, header }, body }));
